// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.IoProvider;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.NioProvider;
import whirlwind.io.Poller;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.testing.ManualClock;

/** A provider whose one connection is on its way for as long as its test wants. */
final class ConnectScript implements IoProvider {
  final WriteScript transport = new WriteScript();
  final IOException refusal = new IOException("Connection refused");
  private final IoProvider nio = new NioProvider();
  private final boolean refusesAtOnce;

  private ConnectScript(boolean refusesAtOnce) {
    this.refusesAtOnce = refusesAtOnce;
    transport.room(0);
  }

  static ConnectScript slow() {
    return new ConnectScript(false);
  }

  static ConnectScript refusingAtOnce() {
    return new ConnectScript(true);
  }

  /** Runs {@code body} in a loop whose connections this makes. */
  void run(Callable<@Nullable Void> body) {
    IOLoop.run(LoopOptions.defaults().withProvider(this).withClock(new ManualClock()), body);
  }

  /** The connection is there. */
  void arrive() {
    transport.room(Integer.MAX_VALUE);
    transport.ready(Interest.WRITE);
  }

  void refuse() {
    transport.fail(refusal);
    transport.ready(Interest.ERROR | Interest.WRITE);
  }

  @Override
  public String name() {
    return "script";
  }

  @Override
  public @Nullable String unavailableBecause() {
    return null;
  }

  @Override
  public Poller openPoller() throws IOException {
    return nio.openPoller();
  }

  @Override
  public Transport connect(Poller poller, SocketAddress address, @Nullable SocketAddress local)
      throws IOException {
    if (refusesAtOnce) {
      throw refusal;
    }
    return transport;
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
