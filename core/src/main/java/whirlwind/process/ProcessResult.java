// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.nio.charset.StandardCharsets;

/**
 * What came of a child that was run to its end.
 *
 * @param command what was started
 * @param status what it ended with, as {@link Subprocess#exitStatus}
 * @param stdout its standard output; empty when that was no stream
 * @param stderr its standard error; empty when that was no stream
 */
public record ProcessResult(Command command, int status, byte[] stdout, byte[] stderr) {

  /**
   * This result, if the child succeeded.
   *
   * @throws ProcessFailedException if it ended with another status than 0
   */
  public ProcessResult requireSuccess() {
    if (status != 0) {
      throw new ProcessFailedException(command, status, stderr);
    }
    return this;
  }

  /** The standard output, read as UTF-8. */
  public String stdoutText() {
    return new String(stdout, StandardCharsets.UTF_8);
  }

  /** The standard error, read as UTF-8. */
  public String stderrText() {
    return new String(stderr, StandardCharsets.UTF_8);
  }
}
