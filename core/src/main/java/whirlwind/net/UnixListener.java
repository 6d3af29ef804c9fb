// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Incoming;
import whirlwind.io.Listener;
import whirlwind.io.Poller;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/** A listener at a Unix-domain socket, which takes the file away when it closes. */
final class UnixListener implements Listener {
  private final Listener socket;
  private final SocketFile file;
  private boolean closed;

  UnixListener(Listener socket, SocketFile file) {
    this.socket = socket;
    this.file = file;
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    socket.attach(handler);
  }

  @Override
  public void accepting(boolean on) {
    socket.accepting(on);
  }

  @Override
  public @Nullable Transport accept() throws IOException {
    var transport = socket.accept();
    return transport == null ? null : new UnixTransport(transport, file.address());
  }

  @Override
  public @Nullable Incoming take() throws IOException {
    var incoming = socket.take();
    return incoming == null ? null : new Named(incoming, file.address());
  }

  private record Named(Incoming incoming, SocketAddress here) implements Incoming {
    @Override
    public Transport open(Poller poller) throws IOException {
      return new UnixTransport(incoming.open(poller), here);
    }

    @Override
    public void close() throws IOException {
      incoming.close();
    }
  }

  @Override
  public SocketAddress localAddress() {
    return file.address();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      file.remove();
    } finally {
      socket.close();
    }
  }

  @Override
  public String toString() {
    return "UnixListener[" + file.address() + "]";
  }
}
