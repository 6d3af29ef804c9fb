// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

/** A future was asked for a result that it has not, or a promise was completed twice. */
public final class InvalidStateException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** Says what was wanted and what state the future is in. */
  public InvalidStateException(String message) {
    super(message);
  }
}
