// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Promise;
import whirlwind.stream.IOStream;

/**
 * What waits to be sent to one member: never more than a given number of bytes, the last line
 * apart. Those on their way count until the kernel has them.
 */
final class Outbox {
  /** The most lines that go into one write. */
  private static final int BATCH = 64;

  private final int mostBytes;
  private final ArrayDeque<byte[]> lines = new ArrayDeque<>();
  private int bytes;
  private boolean closed;

  /** Completes when there is something to do for the sender; null while he is at work. */
  private @Nullable Promise<@Nullable Void> wakeUp;

  Outbox(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  boolean isOpen() {
    return !closed;
  }

  /** How many bytes wait or are on their way. */
  int bytes() {
    return bytes;
  }

  /** Queues a line, unless it is closed; false when there is no room for it. */
  boolean add(byte[] line) {
    if (closed) {
      return true;
    }
    if (bytes + line.length > mostBytes) {
      return false;
    }
    enqueue(line);
    return true;
  }

  /** Queues the last line, for which there is always room, unless it is closed already. */
  void close(byte[] lastLine) {
    if (!closed) {
      enqueue(lastLine);
      close();
    }
  }

  /** Takes no more; what is queued will still be sent. */
  void close() {
    closed = true;
    wakeSender();
  }

  /** Drops what is queued; what is on its way stays so. */
  void clear() {
    lines.forEach(line -> bytes -= line.length);
    lines.clear();
  }

  private void enqueue(byte[] line) {
    lines.add(line);
    bytes += line.length;
    wakeSender();
  }

  private void wakeSender() {
    if (wakeUp != null) {
      wakeUp.trySetResult(null);
    }
  }

  /**
   * The sender's work: writes whatever is queued, all there is at a time, until closed and empty.
   */
  @Nullable Void sendTo(IOStream stream) {
    while (true) {
      if (!lines.isEmpty()) {
        var batch = takeBatch();
        int size = sizeOf(batch);
        stream.write(batch).await();
        bytes -= size;
      } else if (closed) {
        return null;
      } else {
        wakeUp = new Promise<>();
        wakeUp.await();
        wakeUp = null;
      }
    }
  }

  private ByteBuffer[] takeBatch() {
    var batch = new ByteBuffer[Math.min(lines.size(), BATCH)];
    for (int i = 0; i < batch.length; i++) {
      batch[i] = ByteBuffer.wrap(lines.remove());
    }
    return batch;
  }

  private static int sizeOf(ByteBuffer[] batch) {
    int size = 0;
    for (var line : batch) {
      size += line.remaining();
    }
    return size;
  }
}
