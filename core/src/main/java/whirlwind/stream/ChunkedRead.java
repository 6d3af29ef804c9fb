// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;

/**
 * A read that gives its bytes to a consumer as they come: a coroutine over partial reads. The next
 * chunk is read once the consumer has returned, so a consumer that awaits holds the peer back.
 */
final class ChunkedRead implements Callable<byte[]> {
  private static final byte[] NOTHING_MORE = {};

  private final BaseIOStream stream;
  private final Consumer<? super byte[]> consumer;
  private final IntFunction<Future<byte[]>> nextChunk;
  private final boolean untilClose;
  private final boolean closedBefore;
  private int remaining;

  /**
   * A read of {@code count} bytes, or until the stream closes.
   *
   * @param nextChunk reads at least one byte and at most so many
   */
  ChunkedRead(
      BaseIOStream stream,
      int count,
      boolean untilClose,
      Consumer<? super byte[]> consumer,
      IntFunction<Future<byte[]>> nextChunk) {
    this.stream = stream;
    this.remaining = count;
    this.untilClose = untilClose;
    this.closedBefore = stream.closed();
    this.consumer = consumer;
    this.nextChunk = nextChunk;
  }

  @Override
  public byte[] call() {
    while (remaining > 0) {
      var chunk = chunkOrNull();
      if (chunk == null) {
        break;
      }
      if (!untilClose) {
        remaining -= chunk.length;
      }
      consume(chunk);
    }
    return NOTHING_MORE;
  }

  private byte @Nullable [] chunkOrNull() {
    try {
      return nextChunk.apply(Math.min(remaining, stream.limits().readChunkSize())).await();
    } catch (StreamClosedException closed) {
      if (untilClose && (closedBefore || closed.realError() == null)) {
        return null;
      }
      throw closed;
    }
  }

  /**
   * A consumer that throws cannot be given the rest: that ends the stream. Giving up the read does
   * not.
   */
  private void consume(byte[] chunk) {
    try {
      consumer.accept(chunk);
    } catch (CancelledException givenUp) {
      throw givenUp;
    } catch (RuntimeException | Error failure) {
      stream.close(failure);
      throw failure;
    }
  }
}
