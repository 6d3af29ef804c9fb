// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/**
 * A transport that takes as much as its test allows, and is ready exactly when the test says so.
 */
final class WriteScript implements Transport {
  private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
  private int room = Integer.MAX_VALUE;
  private boolean closed;
  private int shutDownAt = -1;
  private @Nullable IOException failure;
  private @Nullable ReadyHandler handler;

  /** How many bytes it takes from now on. */
  void room(int bytes) {
    room = bytes;
  }

  /** Makes all reads and writes from now on fail. */
  void fail(IOException cause) {
    failure = cause;
  }

  /** Tells the stream what a poller would. */
  void ready(int events) {
    if (handler != null) {
      handler.ready(events);
    }
  }

  boolean closed() {
    return closed;
  }

  int taken() {
    return taken.size();
  }

  /** How many bytes it had taken when its output was shut down; negative when it was not. */
  int shutDownAt() {
    return shutDownAt;
  }

  @Override
  public void attach(ReadyHandler handler) {
    this.handler = handler;
  }

  @Override
  public void interest(int mask) {}

  @Override
  public int read(ByteBuffer dst) throws IOException {
    if (failure != null) {
      throw failure;
    }
    return 0;
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    if (failure != null) {
      throw failure;
    }
    int count = Math.min(room, src.remaining());
    for (int i = 0; i < count; i++) {
      taken.write(src.get());
    }
    room -= count;
    return count;
  }

  @Override
  public void shutdownOutput() {
    shutDownAt = taken();
  }

  @Override
  public void close() {
    closed = true;
  }
}
