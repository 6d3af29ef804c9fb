// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.nio.charset.StandardCharsets;

/**
 * Thrown to those who want nothing but success of a child that ended with another status than 0.
 *
 * <p>The message names the program, not its arguments, and quotes the end of its standard error if
 * that was gathered.
 *
 * <p>Source: Tornado's {@code CalledProcessError}, raised by {@code Subprocess.wait_for_exit}.
 */
public final class ProcessFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int MOST_QUOTED_BYTES = 1000;

  /** What systems and shells add to the number of the signal that ended a process. */
  private static final int SIGNALLED = 128;

  private final transient Command command;
  private final int status;

  ProcessFailedException(Command command, int status, byte[] stderr) {
    super(command.program() + ": wanted exit status 0, got " + inWords(status) + quotedEnd(stderr));
    this.command = command;
    this.status = status;
  }

  private static String inWords(int status) {
    return status > SIGNALLED
        ? "%d (as after signal %d)".formatted(status, status - SIGNALLED)
        : Integer.toString(status);
  }

  private static String quotedEnd(byte[] stderr) {
    int from = Math.max(0, stderr.length - MOST_QUOTED_BYTES);
    var end = new String(stderr, from, stderr.length - from, StandardCharsets.UTF_8).strip();
    return end.isEmpty() ? "" : "; it said: " + (from > 0 ? "…" : "") + end;
  }

  /** What was started. */
  public Command command() {
    return command;
  }

  /** What it ended with, as {@link Subprocess#exitStatus}. */
  public int status() {
    return status;
  }
}
