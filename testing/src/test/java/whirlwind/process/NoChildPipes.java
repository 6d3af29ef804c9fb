// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import whirlwind.io.IoProvider;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.NioProvider;
import whirlwind.io.Poller;
import whirlwind.io.Transport;

/** The nio provider on a system without {@code /proc}. */
final class NoChildPipes implements IoProvider {
  private final IoProvider nio = new NioProvider();

  @Override
  public String name() {
    return "nio without child pipes";
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
    return nio.listen(poller, address, options);
  }
}
