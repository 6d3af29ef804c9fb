// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Incoming;
import whirlwind.io.Poller;
import whirlwind.io.Transport;

/** An accepted socket that no poller watches yet. */
record AcceptedSocket(int fd, @Nullable SocketAddress from) implements Incoming {

  @Override
  public Transport open(Poller poller) throws IOException {
    try {
      return SocketTransport.accepted(LinuxPoller.of(poller), fd, from);
    } catch (IllegalStateException closed) {
      close(); // the loop that was to serve it has ended meanwhile
      throw new IOException("the connection of " + from + " was not opened", closed);
    }
  }

  @Override
  public void close() {
    Files.closeQuietly(fd);
  }
}
