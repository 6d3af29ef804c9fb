// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.UUID;
import whirlwind.future.Futures;
import whirlwind.io.ListenOptions;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;

/** Two streams of one loop over a connection of the kernel, both the poller's own. */
record StreamPair(IOStream near, IOStream far) implements AutoCloseable {

  static StreamPair tcp(IOLoop loop) throws IOException {
    return tcp(loop, StreamLimits.defaults(), StreamLimits.defaults());
  }

  static StreamPair tcp(IOLoop loop, StreamLimits near, StreamLimits far) throws IOException {
    return to(loop, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), near, far);
  }

  static StreamPair unix(IOLoop loop, Path directory) throws IOException {
    return unix(loop, directory, StreamLimits.defaults(), StreamLimits.defaults());
  }

  static StreamPair unix(IOLoop loop, Path directory, StreamLimits near, StreamLimits far)
      throws IOException {
    var file = directory.resolve(UUID.randomUUID().toString());
    return to(loop, UnixDomainSocketAddress.of(file), near, far);
  }

  private static StreamPair to(
      IOLoop loop, SocketAddress address, StreamLimits nearLimits, StreamLimits farLimits)
      throws IOException {
    var io = loop.io();
    var listener = io.provider().listen(io.poller(), address, ListenOptions.defaults());
    try {
      var near = new IOStream(loop, nearLimits);
      near.connect(listener.localAddress()).await();
      Transport accepted = listener.accept();
      while (accepted == null) {
        Futures.moment().await();
        accepted = listener.accept();
      }
      return new StreamPair(near, new IOStream(loop, accepted, farLimits));
    } finally {
      listener.close();
    }
  }

  @Override
  public void close() {
    near.close();
    far.close();
  }
}
