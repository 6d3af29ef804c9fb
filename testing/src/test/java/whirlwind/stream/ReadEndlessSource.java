// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import whirlwind.io.Interest;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/**
 * A peer that has always sent more already, whatever was read: zeros, as many as there is room for.
 */
final class ReadEndlessSource implements Transport {
  private final Executor loop;
  private ReadyHandler handler = _ -> {};
  private int wanted;
  private boolean reportQueued;
  private long bytesRead;

  ReadEndlessSource(Executor loop) {
    this.loop = loop;
  }

  /** How many bytes it has given so far. */
  long bytesRead() {
    return bytesRead;
  }

  @Override
  public void attach(ReadyHandler handler) {
    this.handler = handler;
  }

  @Override
  public void interest(int mask) {
    wanted = mask;
    report();
  }

  private void report() {
    if ((wanted & Interest.READ) != 0 && !reportQueued) {
      reportQueued = true;
      loop.execute(
          () -> {
            reportQueued = false;
            if ((wanted & Interest.READ) != 0) {
              handler.ready(Interest.READ);
              report();
            }
          });
    }
  }

  @Override
  public int read(ByteBuffer dst) {
    int count = dst.remaining();
    dst.position(dst.limit());
    bytesRead += count;
    return count;
  }

  @Override
  public int write(ByteBuffer src) {
    return 0;
  }

  @Override
  public void shutdownOutput() {}

  @Override
  public void close() {
    wanted = Interest.NONE;
  }
}
