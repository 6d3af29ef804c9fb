// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import whirlwind.io.IoProvider;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.PollKey;
import whirlwind.io.PollSource;
import whirlwind.io.Poller;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/**
 * A poller that sleeps by spinning, so that millions of loops can be put to sleep, and that notices
 * a sleep which nobody would ever end: it does so without a time-out, as it is told when the last
 * one who could wake it up has returned.
 */
final class SpinningPoller implements Poller, IoProvider {
  private volatile boolean woken;
  private volatile boolean abandoned;

  /** Nobody will call {@link #wakeup} any more. */
  void abandon() {
    abandoned = true;
  }

  @Override
  public int poll(long timeoutNanos) throws IOException {
    if (timeoutNanos != 0) {
      while (!woken && !abandoned) {
        Thread.onSpinWait();
      }
      if (!woken) {
        throw new IOException("a wake-up was lost");
      }
    }
    woken = false;
    return 0;
  }

  @Override
  public void wakeup() {
    woken = true;
  }

  @Override
  public void close() {}

  @Override
  public Poller openPoller() {
    return this;
  }

  @Override
  public String name() {
    return "spinning";
  }

  @Override
  public @Nullable String unavailableBecause() {
    return null;
  }

  // ---------------------------------------------------------------- nothing is connected here

  @Override
  public PollKey register(PollSource source, int events, ReadyHandler handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Transport connect(Poller poller, SocketAddress address, @Nullable SocketAddress local) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Transport adopt(Poller poller, SocketChannel channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Listener listen(Poller poller, SocketAddress address, ListenOptions options) {
    throw new UnsupportedOperationException();
  }
}
