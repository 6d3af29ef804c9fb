// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.jspecify.annotations.Nullable;

/** A listener over a {@link ServerSocketChannel}, TCP or Unix-domain. */
final class NioListener implements Listener, Closeable {
  private final NioPoller poller;
  private final ServerSocketChannel channel;
  private final SocketAddress localAddress;
  private @Nullable PollKey key;

  /** The channel is bound and in non-blocking mode. */
  NioListener(NioPoller poller, ServerSocketChannel channel) throws IOException {
    this.poller = poller;
    this.channel = channel;
    this.localAddress = channel.getLocalAddress();
    poller.own(this);
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    if (key != null) {
      throw new IllegalStateException("attach: wanted a listener without a handler, got " + this);
    }
    key = poller.register(new PollSource.Channel(channel), Interest.NONE, handler);
  }

  @Override
  public void accepting(boolean on) {
    if (!channel.isOpen()) {
      return;
    }
    if (key == null) {
      throw new IllegalStateException("accepting: wanted an attached listener, got " + this);
    }
    key.interest(on ? Interest.READ : Interest.NONE);
  }

  @Override
  public @Nullable Transport accept() throws IOException {
    var accepted = channel.accept();
    return accepted == null ? null : NioIncoming.open(poller, accepted);
  }

  @Override
  public @Nullable Incoming take() throws IOException {
    var accepted = channel.accept();
    return accepted == null ? null : new NioIncoming(accepted);
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public void close() throws IOException {
    if (!channel.isOpen()) {
      return;
    }
    poller.disown(this);
    channel.close();
    if (key != null) {
      key.cancel();
      poller.flushCancelled(); // else the address stays bound until the next poll
    }
  }

  @Override
  public String toString() {
    return "NioListener[" + localAddress + "]";
  }
}
