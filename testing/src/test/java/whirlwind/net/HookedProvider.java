// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import whirlwind.io.IoProvider;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.NioProvider;
import whirlwind.io.Poller;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;

/** The nio provider, with a test between it and the server that wants to listen. */
record HookedProvider(NioProvider nio, Hook hook) implements IoProvider {

  /** What the test does when a server wants to listen. */
  @FunctionalInterface
  interface Hook {
    Listener listen(SocketAddress address, Next next) throws IOException;
  }

  /** Listens really. */
  @FunctionalInterface
  interface Next {
    Listener listen() throws IOException;
  }

  /** Runs {@code body} in a loop of the machine's time that listens through {@code hook}. */
  static void run(Hook hook, Callable<@Nullable Void> body) {
    var provider = new HookedProvider(new NioProvider(), hook);
    IOLoop.run(LoopOptions.defaults().withProvider(provider), body);
  }

  @Override
  public String name() {
    return "hooked";
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
    return nio.connect(poller, address, local);
  }

  @Override
  public Transport adopt(Poller poller, SocketChannel channel) throws IOException {
    return nio.adopt(poller, channel);
  }

  @Override
  public Listener listen(Poller poller, SocketAddress address, ListenOptions options)
      throws IOException {
    return hook.listen(address, () -> nio.listen(poller, address, options));
  }
}
