// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.io.IoProvider;
import whirlwind.process.StandardStream.Which;

/**
 * The start of a child. It takes milliseconds, in which files are opened and a process is forked,
 * so it is a job for an executor, not for the loop.
 *
 * <pre>
 *   null --call--> Started
 *     |               |
 *     +--abandon------+--> ABANDONED: no child is left
 * </pre>
 */
final class Launch implements Callable<Launch.Started> {

  /** A child that runs, and its three standard streams, which are nobody's yet. */
  record Started(Process process, List<StandardStream> streams) {

    void discard() {
      process.toHandle().destroyForcibly();
      streams.forEach(StandardStream::close);
    }
  }

  private static final Object ABANDONED = new Object();

  private final Command command;
  private final IoProvider provider;

  /** The loop and the executor's thread meet here. */
  private final AtomicReference<@Nullable Object> state = new AtomicReference<>();

  Launch(Command command, IoProvider provider) {
    this.command = command;
    this.provider = provider;
  }

  @Override
  public Started call() {
    if (state.get() == ABANDONED) {
      throw abandoned();
    }
    var started = start();
    if (!state.compareAndSet(null, started)) {
      started.discard();
      throw abandoned();
    }
    return started;
  }

  private CancelledException abandoned() {
    return new CancelledException("the start of " + command.program() + " was abandoned");
  }

  private Started start() {
    var streams = new ArrayList<StandardStream>();
    Process process = null;
    try {
      for (var which : Which.values()) {
        streams.add(StandardStream.of(which, command, provider));
      }
      process = builder(streams).start();
      return new Started(process, streams);
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "cannot start %s: %s".formatted(command.program(), failure.getMessage()), failure);
    } finally {
      streams.forEach(process == null ? StandardStream::close : StandardStream::closeChildEnd);
    }
  }

  private ProcessBuilder builder(List<StandardStream> streams) {
    var builder =
        new ProcessBuilder(command.words())
            .redirectInput(streams.get(0).redirect())
            .redirectOutput(streams.get(1).redirect())
            .redirectError(streams.get(2).redirect())
            .redirectErrorStream(command.stderr() == Stdio.SAME_AS_STDOUT);
    var directory = command.directory();
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    var environment = builder.environment();
    environment.clear();
    environment.putAll(command.environment());
    return builder;
  }

  /** Makes sure that no child is left of it; any thread, also when it is through. */
  void abandon() {
    if (state.getAndSet(ABANDONED) instanceof Started started) {
      started.discard();
    }
  }
}
