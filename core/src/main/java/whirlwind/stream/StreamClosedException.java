// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by an operation that the end of its stream left undone. The stream cannot be used again,
 * except to read what it had received.
 *
 * <p>The message is always the same; {@link #realError()} tells why: it is the stream's own {@code
 * error()}, and null after a clean end of the input or a plain {@code close()}.
 *
 * <p>A read that had got hold of some bytes says so: {@link #bytesTransferred()}.
 *
 * <p>Source: Tornado's {@code StreamClosedError}.
 */
public final class StreamClosedException extends StreamException {
  private static final long serialVersionUID = 1L;
  private static final byte[] NONE = {};

  /** The array belongs to whoever asks for it. */
  private final byte[] partial;

  private final int bytesTransferred;

  /** The stream is closed because of {@code realError}, or in good order when that is null. */
  public StreamClosedException(@Nullable Throwable realError) {
    this(realError, NONE, 0);
  }

  private StreamClosedException(
      @Nullable Throwable realError, byte[] partial, int bytesTransferred) {
    super("Stream is closed", realError);
    this.partial = partial;
    this.bytesTransferred = bytesTransferred;
  }

  /** For a {@code readUntilClose} that ended in a failure: {@code partial} came before it. */
  static StreamClosedException withPartial(@Nullable Throwable realError, byte[] partial) {
    return new StreamClosedException(realError, partial, partial.length);
  }

  /** For a {@code readInto} that ended too soon: so many bytes are in the caller's buffer. */
  static StreamClosedException withTransferred(
      @Nullable Throwable realError, int bytesTransferred) {
    return new StreamClosedException(realError, NONE, bytesTransferred);
  }

  /**
   * How many bytes the failed read had already taken out of the stream: those of {@link #partial()}
   * after a {@code readUntilClose}, those in the caller's buffer after a {@code readInto}. Zero for
   * every other operation: what such a read had not taken can still be read.
   */
  public int bytesTransferred() {
    return bytesTransferred;
  }

  /**
   * What a {@code readUntilClose} had received when the connection failed; empty for every other
   * operation.
   */
  public byte[] partial() {
    return partial;
  }
}
