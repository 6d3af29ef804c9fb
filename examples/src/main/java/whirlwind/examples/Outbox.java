// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.future.Promise;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamClosedException;

/**
 * What waits to be sent to one member: never more than a given number of bytes, the last line
 * apart. Those on their way count until the kernel has them.
 *
 * <p>A callback sends what has gathered in a turn of the loop. It may wait for a member who reads
 * slowly, as all code on a loop may; and nobody needs a coroutine for those who do not.
 */
final class Outbox {
  /** The most lines that go into one write. */
  private static final int BATCH = 64;

  private final IOStream stream;
  private final int mostBytes;
  private final ArrayDeque<byte[]> lines = new ArrayDeque<>();
  private int bytes;
  private boolean sending;
  private boolean closed;
  private final Promise<@Nullable Void> sent = new Promise<@Nullable Void>().quiet();

  Outbox(IOStream stream, int mostBytes) {
    this.stream = stream;
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
    sendSoon();
  }

  /** Completes when it is closed and all is sent; fails when the connection breaks before. */
  Future<@Nullable Void> sent() {
    return sent;
  }

  /** Drops what is queued; what is on its way stays so. */
  void clear() {
    lines.forEach(line -> bytes -= line.length);
    lines.clear();
  }

  private void enqueue(byte[] line) {
    lines.add(line);
    bytes += line.length;
    sendSoon();
  }

  private void sendSoon() {
    if (!sending) {
      sending = true;
      stream.loop().addCallback(this::send);
    }
  }

  private void send() {
    try {
      while (!lines.isEmpty()) {
        var batch = takeBatch();
        int size = sizeOf(batch);
        stream.write(batch).await();
        bytes -= size;
      }
    } catch (StreamClosedException broken) {
      sent.trySetException(broken); // and nothing is ever sent again
      return;
    }
    sending = false;
    if (closed) {
      sent.trySetResult(null);
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
