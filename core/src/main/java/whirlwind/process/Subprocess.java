// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Outcome;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Timeout;
import whirlwind.process.StandardStream.Which;
import whirlwind.stream.PipeIOStream;

/**
 * A child process whose standard streams are streams of the loop; for whoever talks to another
 * program. To run one and have its output, {@link #run(String...)} is enough:
 *
 * <pre>{@code
 * var log = Subprocess.run("git", "log", "-1").await().requireSuccess().stdoutText();
 * }</pre>
 *
 * <p><b>Its life:</b> {@link #start(Command)}; {@link #exitStatus()} completes when it has exited,
 * which says nothing of its streams: what it wrote can still be read, and more may come as long as
 * a grandchild holds the pipe. {@link #close()} ends it. One that is there when the loop closes is
 * killed.
 *
 * <p><b>Its streams:</b> a pipe holds little (64 KiB on Linux), and a child that finds it full
 * stops. So read both outputs at the same time as you write, as {@link #communicate} does, or let
 * what you do not want lead elsewhere. On systems whose providers cannot give a pipe to a child,
 * threads carry the bytes: the same, except that bytes count as written when the thread has them.
 *
 * <p><b>Threads:</b> on its loop only, which is the one that is current where it is started.
 *
 * <p>Source: Tornado's {@code tornado.process.Subprocess}.
 */
public final class Subprocess implements AutoCloseable {

  /** How long a child that {@link #close()} asks to end may take. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final IOLoop loop;
  private final Command command;
  private final Process process;
  private final Map<Which, PipeIOStream> streams = new EnumMap<>(Which.class);
  private final Promise<Integer> exit;
  private final List<Timeout> graceEnds = new ArrayList<>(1);
  private final Runnable endWithLoop = this::endWithLoop;

  /** Read by the thread that learns of the exit. */
  private volatile boolean loopIsClosing;

  private Subprocess(IOLoop loop, Command command, Process process) {
    this.loop = loop;
    this.command = command;
    this.process = process;
    this.exit = new Promise<Integer>(loop).named("exit of", command);
    loop.io().opened(this);
    loop.io().beforeClose(endWithLoop);
    process.onExit().thenAccept(this::exited);
  }

  // ---------------------------------------------------------------- starting

  /** {@link #start(Command)} for {@link Command#of(String...)}. */
  public static Future<Subprocess> start(String... words) {
    return start(Command.of(words));
  }

  /**
   * Starts a child, on the loop's default executor. Fails with {@link UncheckedIOException} when
   * there is no such program or it cannot be started. Cancelling the future leaves no child.
   */
  public static Future<Subprocess> start(Command command) {
    Objects.requireNonNull(command, "command");
    var loop = IOLoop.current();
    loop.requireCurrent();
    var launch = new Launch(command, loop.io().provider());
    var promise = new Promise<Subprocess>(loop).named("Subprocess.start()", command);
    promise.onCancel(
        cause -> {
          launch.abandon();
          return promise.tryCancel(cause);
        });
    Runnable abandon = launch::abandon;
    loop.io().beforeClose(abandon);
    loop.runInExecutor(launch)
        .onComplete(
            outcome -> {
              loop.io().notBeforeClose(abandon);
              if (!promise.isDone()) {
                settle(promise, loop, command, outcome);
              }
            });
    return promise;
  }

  private static void settle(
      Promise<Subprocess> promise, IOLoop loop, Command command, Outcome<Launch.Started> outcome) {
    switch (outcome) {
      case Outcome.Success<Launch.Started>(var started) -> {
        var child = new Subprocess(loop, command, started.process());
        try {
          child.openStreams(started.streams());
          promise.setResult(child);
        } catch (IOException | RuntimeException failure) {
          started.discard();
          child.close();
          promise.setException(failure);
        }
      }
      case Outcome.Failure<Launch.Started>(var cause) -> promise.setException(cause);
      case Outcome.Cancelled<Launch.Started>(var cause) -> promise.tryCancel(cause);
    }
  }

  private void openStreams(List<StandardStream> ends) throws IOException {
    for (var end : ends) {
      var transport = end.open(loop, process);
      if (transport != null) {
        streams.put(end.which(), new PipeIOStream(loop, transport, command.limits()));
      }
    }
  }

  /** {@link #run(Command)} for {@link Command#of(String...)}. */
  public static Future<ProcessResult> run(String... words) {
    return run(Command.of(words));
  }

  /** {@link #run(Command, byte[])} with an empty input. */
  public static Future<ProcessResult> run(Command command) {
    return run(command, new byte[0]);
  }

  /**
   * Starts a child, gives it {@code input}, and results in all that it writes and its exit status,
   * whatever that is. Fails as {@link #start(Command)} and {@link #communicate} do. Cancelling the
   * future kills the child, as does a failure.
   *
   * @throws IllegalArgumentException when there is input, and the standard input is no stream
   */
  public static Future<ProcessResult> run(Command command, byte[] input) {
    var conversation = new Conversation(command, input);
    return conversation.begin(IOLoop.current(), () -> conversation.from(start(command)));
  }

  // ---------------------------------------------------------------- talking

  /**
   * The stream to its standard input. Closing it lets the child see the end.
   *
   * @throws IllegalStateException when that is no stream
   */
  public PipeIOStream stdin() {
    return required(Which.STDIN);
  }

  /**
   * The stream from its standard output.
   *
   * @throws IllegalStateException when that is no stream
   */
  public PipeIOStream stdout() {
    return required(Which.STDOUT);
  }

  /**
   * The stream from its standard error.
   *
   * @throws IllegalStateException when that is no stream
   */
  public PipeIOStream stderr() {
    return required(Which.STDERR);
  }

  private PipeIOStream required(Which which) {
    var stream = streams.get(which);
    if (stream == null) {
      throw new IllegalStateException(
          "%s of %s: wanted STREAM, got %s".formatted(which, this, which.in(command)));
    }
    return stream;
  }

  /** Null when it is no stream. */
  @Nullable PipeIOStream stream(Which which) {
    return streams.get(which);
  }

  /**
   * Gives it {@code input} and the end of it, reads its outputs to their ends, all at the same
   * time, and results in them and in its exit status. A child need not read its input.
   *
   * <p>Fails with {@link whirlwind.stream.StreamBufferFullException} when it writes more into one
   * output than {@code maxBufferSize} in the command's limits. Cancelling the future or a failure
   * leaves the child alone.
   *
   * @throws IllegalArgumentException when there is input, and the standard input is no stream
   */
  public Future<ProcessResult> communicate(byte[] input) {
    var conversation = new Conversation(command, input);
    return conversation.begin(loop, () -> conversation.with(this));
  }

  // ---------------------------------------------------------------- ending

  /** Not on the loop, which may close in this very moment: then nobody wants to know any more. */
  private void exited(Process exited) {
    loop.executeEvenClosed(
        () -> {
          if (!loopIsClosing) {
            afterExit(exited.exitValue());
          }
        });
  }

  private void afterExit(int status) {
    loop.io().notBeforeClose(endWithLoop);
    loop.io().closed(this);
    graceEnds.forEach(Timeout::cancel);
    exit.trySetResult(status);
  }

  /**
   * Completes with its exit status when it has exited. If a signal ended it, that is 128 and the
   * number of the signal, as the JDK and shells have it, and looks as if it had exited with such a
   * status itself. Cancelled when the loop closes before that.
   */
  public Future<Integer> exitStatus() {
    return exit.view();
  }

  /** Completes when it has exited with status 0; fails with {@link ProcessFailedException} else. */
  public Future<@Nullable Void> requireSuccess() {
    var promise = new Promise<@Nullable Void>(loop);
    exit.onComplete(
        outcome -> {
          switch (outcome) {
            case Outcome.Success<Integer>(var status) when status == 0 ->
                promise.trySetResult(null);
            case Outcome.Success<Integer>(var status) ->
                promise.trySetException(new ProcessFailedException(command, status, new byte[0]));
            case Outcome.Failure<Integer>(var cause) -> promise.trySetException(cause);
            case Outcome.Cancelled<Integer>(var cause) -> promise.tryCancel(cause);
          }
        });
    return promise;
  }

  /** Asks it to end (SIGTERM); harmless when it has. */
  public void terminate() {
    loop.requireCurrent();
    process.toHandle().destroy(); // the handle's way leaves the streams alone
  }

  /** Ends it at once (SIGKILL); harmless when it has. */
  public void kill() {
    loop.requireCurrent();
    process.toHandle().destroyForcibly();
  }

  /**
   * Closes its streams, asks it to end, and kills it when it has not after {@code grace}; of
   * several calls, the one that comes due first counts.
   *
   * @return {@link #exitStatus()}
   */
  public Future<Integer> stop(Duration grace) {
    Objects.requireNonNull(grace, "grace");
    loop.requireCurrent();
    streams.values().forEach(PipeIOStream::close);
    if (!exit.isDone()) {
      terminate();
      graceEnds.add(loop.addTimeout(grace, this::kill));
    }
    return exitStatus();
  }

  /** {@link #stop} with a grace of five seconds, which it does not wait for. */
  @Override
  public void close() {
    stop(GRACE);
    loop.io().closed(this);
  }

  private void endWithLoop() {
    loopIsClosing = true;
    streams.values().forEach(PipeIOStream::close);
    kill();
    exit.tryCancel(new CancelledException(loop + " was closed"));
  }

  // ---------------------------------------------------------------- what it is

  /** Its process number. */
  public long pid() {
    return process.pid();
  }

  /** What was started. */
  public Command command() {
    return command;
  }

  @Override
  public String toString() {
    return "Subprocess[%s, pid %d, %s]".formatted(command.program(), pid(), state());
  }

  private String state() {
    if (!exit.isDone()) {
      return "running";
    }
    return exit.isCancelled() ? "killed with its loop" : "status " + exit.result();
  }
}
