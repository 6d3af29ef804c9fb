// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/** An accepted channel: nothing of it belongs to a selector before it is registered with one. */
record NioIncoming(SocketChannel channel) implements Incoming {

  @Override
  public Transport open(Poller poller) throws IOException {
    return open(NioProvider.own(poller), channel);
  }

  static Transport open(NioPoller poller, SocketChannel accepted) throws IOException {
    try {
      accepted.configureBlocking(false);
      return new NioTransport(poller, accepted, null);
    } catch (IOException failure) {
      accepted.close();
      throw failure;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
