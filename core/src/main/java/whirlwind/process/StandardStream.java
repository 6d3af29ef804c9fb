// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.ChildPipe;
import whirlwind.io.ChildPipe.Direction;
import whirlwind.io.IoProvider;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;

/**
 * A standard stream of a child on its way from a {@link Stdio} to a transport. Any thread, one at a
 * time, except {@link #open}.
 *
 * @param which which one
 * @param redirect what the child is started with
 * @param pipe the provider's pipe; null where it leads elsewhere, or the provider has none
 */
record StandardStream(Which which, Redirect redirect, @Nullable ChildPipe pipe)
    implements Closeable {

  private static final Redirect NO_INPUT = Redirect.from(Redirect.DISCARD.file());

  /** The three, in the order of their descriptors. */
  enum Which {
    STDIN,
    STDOUT,
    STDERR;

    Direction direction() {
      return this == STDIN ? Direction.TO_CHILD : Direction.FROM_CHILD;
    }

    Stdio in(Command command) {
      return switch (this) {
        case STDIN -> command.stdin();
        case STDOUT -> command.stdout();
        case STDERR -> command.stderr();
      };
    }

    /** Where the JDK made the pipe, a thread carries the bytes. */
    Transport carry(IOLoop loop, Process process) {
      LongConsumer memory = loop.io().memory()::add;
      var name = name().toLowerCase(Locale.ROOT) + "-of-" + process.pid();
      return switch (this) {
        case STDIN -> PumpedOutput.start(loop, memory, process.getOutputStream(), name);
        case STDOUT -> PumpedInput.start(loop, memory, process.getInputStream(), name);
        case STDERR -> PumpedInput.start(loop, memory, process.getErrorStream(), name);
      };
    }
  }

  static StandardStream of(Which which, Command command, IoProvider provider) throws IOException {
    var direction = which.direction();
    boolean isInput = direction == Direction.TO_CHILD;
    return switch (which.in(command)) {
      case PlainStdio.STREAM -> piped(which, provider.openChildPipe(direction));
      case PlainStdio.INHERIT -> elsewhere(which, Redirect.INHERIT);
      case PlainStdio.DISCARD -> elsewhere(which, isInput ? NO_INPUT : Redirect.DISCARD);
      case PlainStdio.SAME_AS_STDOUT -> elsewhere(which, Redirect.DISCARD); // the JDK overrides it
      case FileStdio(var path, _) when isInput -> elsewhere(which, Redirect.from(path.toFile()));
      case FileStdio(var path, var append) when append ->
          elsewhere(which, Redirect.appendTo(path.toFile()));
      case FileStdio(var path, _) -> elsewhere(which, Redirect.to(path.toFile()));
    };
  }

  private static StandardStream piped(Which which, @Nullable ChildPipe pipe) {
    if (pipe == null) {
      return new StandardStream(which, Redirect.PIPE, null);
    }
    var redirect =
        switch (which.direction()) {
          case TO_CHILD -> Redirect.from(pipe.childEnd());
          case FROM_CHILD -> Redirect.to(pipe.childEnd());
        };
    return new StandardStream(which, redirect, pipe);
  }

  private static StandardStream elsewhere(Which which, Redirect redirect) {
    return new StandardStream(which, redirect, null);
  }

  /** Our end, on the loop; null when it leads elsewhere. */
  @Nullable Transport open(IOLoop loop, Process process) throws IOException {
    if (pipe != null) {
      return pipe.adopt(loop.io().poller());
    }
    return redirect == Redirect.PIPE ? which.carry(loop, process) : null;
  }

  /** The child has its end. */
  void closeChildEnd() {
    if (pipe != null) {
      closeQuietly(pipe::closeChildEnd);
    }
  }

  /** Closes what is open and no transport yet. */
  @Override
  public void close() {
    if (pipe != null) {
      closeQuietly(pipe);
    }
  }

  /** A descriptor is closed also when the system complains, and nobody has used this one. */
  private static void closeQuietly(Closeable end) {
    try {
      end.close();
    } catch (IOException _) {
      // See above.
    }
  }
}
