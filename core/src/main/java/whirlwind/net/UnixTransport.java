// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/**
 * A connection to a Unix-domain socket that gives the server's address as its own: the kernel only
 * knows the path at which the file was made.
 */
record UnixTransport(Transport socket, SocketAddress here) implements Transport {

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    socket.attach(handler);
  }

  @Override
  public void interest(int mask) {
    socket.interest(mask);
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return socket.read(dst);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return socket.write(src);
  }

  @Override
  public long write(ByteBuffer[] srcs) throws IOException {
    return socket.write(srcs);
  }

  @Override
  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  @Override
  public SocketAddress localAddress() {
    return here;
  }

  @Override
  public @Nullable SocketAddress remoteAddress() {
    return socket.remoteAddress();
  }

  @Override
  public boolean gathersWrites() {
    return socket.gathersWrites();
  }

  @Override
  public void noDelay(boolean on) throws IOException {
    socket.noDelay(on);
  }
}
