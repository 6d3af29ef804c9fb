// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in both directions without ever blocking; what a stream runs over. Sockets, pipes, memory
 * and TLS (over another transport) are transports.
 *
 * <p>A transport may still be connecting: reads and writes answer 0, {@link Interest#WRITE} is
 * reported once it is connected; when the attempt fails, {@link Interest#ERROR} is reported once
 * and every read and write throws the cause.
 *
 * <p>Threads: the loop only; the handler is called on the loop, never inside a call made here.
 *
 * <p>Ordering: readiness is level-triggered. While something is wanted and holds, every poll
 * reports it again. Bytes that arrived before the end of the input, or before a hang-up, are read
 * before it.
 */
public interface Transport {

  /**
   * Names the one who is told about readiness, before {@link #interest}; nothing is wanted at
   * first. A second call hands the transport over: from then on only that handler is told, and
   * nothing is wanted until it asks.
   */
  void attach(ReadyHandler handler) throws IOException;

  /**
   * Replaces what is wanted: {@link Interest#READ}, {@link Interest#WRITE}, both or none. {@link
   * Interest#ERROR} is always reported. Cheap, and free when nothing changes: streams leave READ on
   * between reads. After close it does nothing.
   */
  void interest(int mask);

  /**
   * Reads what is there, up to the room in {@code dst}.
   *
   * @return the number of bytes; 0 when none are there now, or {@code dst} has no room; -1 at the
   *     end of the input
   * @throws java.nio.channels.ClosedChannelException after {@link #close}
   * @throws IOException if the connection failed, for example was reset by the peer
   */
  int read(ByteBuffer dst) throws IOException;

  /**
   * Writes what fits now. Bytes that were offered and not taken must be the first that the next
   * call offers: a transport may have begun to work on them. Those that were taken are on their
   * way, though perhaps not before the loop next waits; a close does not keep them back.
   *
   * @return the number of bytes taken, 0 when none fit now; less than were offered means that the
   *     other side is full
   * @throws java.nio.channels.ClosedChannelException after {@link #close} or {@link
   *     #shutdownOutput}
   * @throws IOException if the connection failed
   */
  int write(ByteBuffer src) throws IOException;

  /** Gathers: as {@link #write(ByteBuffer)}, for several buffers in order. */
  default long write(ByteBuffer[] srcs) throws IOException {
    long total = 0;
    for (ByteBuffer src : srcs) {
      total += write(src);
      if (src.hasRemaining()) {
        break;
      }
    }
    return total;
  }

  /**
   * Whether each call of write has a price of its own, such as a record of TLS with its header and
   * checksum: who writes often then does better to write together.
   */
  default boolean gathersWrites() {
    return false;
  }

  /** Tells the peer that no more bytes will come; reading goes on. A second call does nothing. */
  void shutdownOutput() throws IOException;

  /** Lets go of everything; no event is reported afterwards. A second call does nothing. */
  void close() throws IOException;

  /**
   * How many bytes of memory are taken here, or in a transport below, for what was received and not
   * read, or accepted and not passed on; room in blocks counts as well.
   */
  default long heldBytes() {
    return 0;
  }

  /** This end's address, or null when there is none, or not any more. */
  default @Nullable SocketAddress localAddress() {
    return null;
  }

  /** The peer's address, or null when there is none, or not any more. */
  default @Nullable SocketAddress remoteAddress() {
    return null;
  }

  /**
   * Sends small writes at once, or lets the kernel collect them. Does nothing where that means
   * nothing, and on a transport that is closed or reset.
   */
  default void noDelay(boolean on) throws IOException {}
}
