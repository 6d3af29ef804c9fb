// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import org.jspecify.annotations.Nullable;

/** What went wrong with a stream: the parent of all that its reads and writes throw. */
public abstract sealed class StreamException extends RuntimeException
    permits StreamClosedException, StreamBufferFullException, UnsatisfiableReadException {
  private static final long serialVersionUID = 1L;

  StreamException(String message, @Nullable Throwable realError) {
    super(message, realError);
  }

  /**
   * The failure behind this one, the same object as {@link #getCause()}; null when there is none.
   */
  public final @Nullable Throwable realError() {
    return getCause();
  }
}
