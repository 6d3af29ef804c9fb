// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.loop.TaskScope;
import whirlwind.process.StandardStream.Which;
import whirlwind.stream.PipeIOStream;
import whirlwind.stream.StreamBufferFullException;
import whirlwind.stream.StreamClosedException;

/**
 * Gives a child its input and takes its outputs at the same time, so that no full pipe stops either
 * side; as a coroutine of its own.
 */
final class Conversation {
  private final Command command;
  private final byte[] input;

  Conversation(Command command, byte[] input) {
    this.command = command;
    this.input = input.clone(); // it is written on a later turn
    if (input.length > 0 && command.stdin() != Stdio.STREAM) {
      throw new IllegalArgumentException(
          "input of %s: wanted a command whose stdin is STREAM, got %s"
              .formatted(command.program(), command.stdin()));
    }
  }

  /** Starts it; cancelling the future cancels it, which comes to its end when that is done. */
  Future<ProcessResult> begin(IOLoop loop, Callable<ProcessResult> body) {
    loop.requireCurrent();
    var task = loop.spawn(command.program(), body);
    var promise = new Promise<ProcessResult>(loop).named("Subprocess.run()", command);
    Futures.chain(task, promise);
    return promise.onCancel(_ -> task.cancel());
  }

  /** With a child that is being started for it, and which does not outlive it. */
  ProcessResult from(Future<Subprocess> starting) {
    var child = starting.await();
    try {
      return with(child);
    } finally {
      child.kill();
      child.close();
      child.exitStatus().await();
    }
  }

  /** With a child that runs. */
  ProcessResult with(Subprocess child) {
    return TaskScope.run(
        scope -> {
          var stdout = scope.spawn("stdout", () -> gather(child.stream(Which.STDOUT)));
          var stderr = scope.spawn("stderr", () -> gather(child.stream(Which.STDERR)));
          scope.spawn("stdin", () -> feed(child.stream(Which.STDIN)));
          return new ProcessResult(
              command, child.exitStatus().await(), stdout.await(), stderr.await());
        });
  }

  private @Nullable Void feed(@Nullable PipeIOStream stdin) {
    if (stdin == null) {
      return null;
    }
    try {
      stdin.write(input).await();
    } catch (StreamClosedException _) {
      // It has closed its input or exited: whether that is a failure, its status says.
    } finally {
      stdin.close();
    }
    return null;
  }

  private static byte[] gather(@Nullable PipeIOStream output) {
    if (output == null) {
      return new byte[0];
    }
    try {
      return output.readUntilClose().await();
    } catch (StreamClosedException failure) {
      if (failure.realError() instanceof StreamBufferFullException full) {
        throw full;
      }
      throw failure;
    }
  }
}
