// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import whirlwind.future.Futures;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;

/** A listening socket of the loop's poller, without a server behind it. */
record ServerSockets(Listener listener) implements AutoCloseable {

  static ServerSockets tcp(IOLoop loop) {
    var io = loop.io();
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      return new ServerSockets(
          io.provider().listen(io.poller(), address, ListenOptions.defaults()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** The next connection, which is on its way. */
  Transport accept() {
    try {
      var accepted = listener.accept();
      while (accepted == null) {
        Futures.moment().await();
        accepted = listener.accept();
      }
      return accepted;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
