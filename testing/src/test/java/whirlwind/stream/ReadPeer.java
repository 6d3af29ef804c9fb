// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.MemoryTransport;

/**
 * A stream that a test reads from, its transport in memory, and the far end, where the test is the
 * peer.
 */
record ReadPeer(IOStream stream, MemoryTransport near, MemoryTransport far)
    implements AutoCloseable {
  private static final int CAPACITY = 256 << 10;

  static ReadPeer of(IOLoop loop) {
    return of(loop, StreamLimits.defaults());
  }

  static ReadPeer of(IOLoop loop, StreamLimits limits) {
    return of(loop, limits, CAPACITY);
  }

  static ReadPeer of(IOLoop loop, StreamLimits limits, int capacityBytes) {
    var pair = MemoryTransport.pair(loop, capacityBytes);
    return new ReadPeer(new IOStream(loop, pair.near(), limits), pair.near(), pair.far());
  }

  /** Limits as a test wants them, chunks of half of it. */
  static StreamLimits most(long maxBufferSize) {
    return StreamLimits.defaults().withMaxBufferSize(maxBufferSize);
  }

  /** Sends all of it at once. */
  ReadPeer send(String text) {
    return send(text.getBytes(UTF_8));
  }

  /** Sends all of it at once. */
  ReadPeer send(byte[] bytes) {
    try {
      assertThat(far.write(ByteBuffer.wrap(bytes))).as("room for it").isEqualTo(bytes.length);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return this;
  }

  /** Sends each character alone, each when the stream has had time for the one before. */
  ReadPeer dribble(String text) {
    for (var each : text.split("")) {
      send(each);
      turns();
    }
    return this;
  }

  /** Sends the end of the peer's output. */
  ReadPeer end() {
    try {
      far.shutdownOutput();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return this;
  }

  /** Sends {@code bytes} as fast as there is room. */
  void sendAll(byte[] bytes) throws IOException {
    for (var left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
      if (far.write(left) == 0) {
        Futures.moment().await();
      }
    }
  }

  /** Lets everything happen that is about to. */
  static void turns() {
    for (int i = 0; i < 5; i++) {
      Futures.moment().await();
    }
  }

  static String text(Future<byte[]> read) {
    return new String(read.await(), UTF_8);
  }

  /** The value of a read that is done already. */
  static String now(Future<byte[]> read) {
    return new String(read.result(), UTF_8);
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  /** How a read fails that returns a future. */
  static StreamClosedException failureOf(Future<?> read) {
    return catchThrowableOfType(StreamClosedException.class, read::await);
  }

  @Override
  public void close() {
    stream.close();
  }
}
