// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

/**
 * A read's own byte limit was reached without what it looked for. The stream is closed and the
 * caller sees a {@link StreamClosedException} with this as its {@code realError()}; what was
 * received can still be read.
 *
 * <p>Source: Tornado's {@code UnsatisfiableReadError}.
 */
public final class UnsatisfiableReadException extends StreamException {
  private static final long serialVersionUID = 1L;

  /** A failure whose message says what was not found, and within what. */
  public UnsatisfiableReadException(String message) {
    super(message, null);
  }
}
