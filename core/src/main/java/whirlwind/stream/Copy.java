// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.util.concurrent.Callable;
import java.util.function.Supplier;
import whirlwind.future.Future;

/**
 * Copies a stream to another one, a chunk at a time: what is in memory is one chunk, and what the
 * target's own limits allow.
 */
final class Copy implements Callable<Long> {
  private final Supplier<Future<Boolean>> hasMore;
  private final Supplier<Future<byte[]>> nextChunk;
  private final BaseIOStream target;

  /**
   * @param hasMore whether there is more to read at the source
   * @param nextChunk reads what there is of it
   */
  Copy(Supplier<Future<Boolean>> hasMore, Supplier<Future<byte[]>> nextChunk, BaseIOStream target) {
    this.hasMore = hasMore;
    this.nextChunk = nextChunk;
    this.target = target;
  }

  @Override
  public Long call() {
    long copied = 0;
    while (hasMore.get().await()) {
      target.checkMayWrite(); // before anything is taken that it could not get
      var chunk = nextChunk.get().await();
      target.write(chunk).await();
      copied += chunk.length;
    }
    return copied;
  }
}
