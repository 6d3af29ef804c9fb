// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Incoming;
import whirlwind.io.Poller;
import whirlwind.io.Transport;

/** An accepted socket that no poller watches yet. */
record EpollIncoming(int fd, @Nullable SocketAddress from) implements Incoming {

  @Override
  public Transport open(Poller poller) {
    return EpollTransport.accepted(EpollProvider.own(poller), fd, from);
  }

  @Override
  public void close() {
    Files.closeQuietly(fd);
  }
}
