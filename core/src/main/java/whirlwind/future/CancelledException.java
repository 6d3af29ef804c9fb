// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by an await whose operation or whose task was cancelled. Code that cleans up lets it pass,
 * or rethrows it.
 */
public final class CancelledException extends CancellationException {
  private static final long serialVersionUID = 1L;

  /** A cancellation and what asked for it. */
  public CancelledException(String message) {
    super(message);
  }

  /** A cancellation with the failure that led to it. */
  public CancelledException(String message, @Nullable Throwable cause) {
    super(message);
    initCause(cause);
  }

  /** What failed while it passed: its suppressed exceptions, but not the traces of awaits. */
  public List<Throwable> failures() {
    return Arrays.stream(getSuppressed()).filter(each -> !(each instanceof Awaited)).toList();
  }
}
