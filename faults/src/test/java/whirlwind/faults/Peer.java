// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/** A client with a blocking socket, which never waits for ever. */
final class Peer implements AutoCloseable {
  final Socket socket;

  Peer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) Poll.PATIENCE.toMillis());
  }

  static Peer of(int port) throws IOException {
    return at("127.0.0.1", port);
  }

  static Peer at(String host, int port) throws IOException {
    var socket = new Socket();
    socket.connect(new InetSocketAddress(host, port), (int) Poll.PATIENCE.toMillis());
    return new Peer(socket);
  }

  void send(String text) throws IOException {
    send(text.getBytes(UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** The next line, without its end. */
  String line() throws IOException {
    var bytes = new ByteArrayOutputStream();
    for (int next; (next = socket.getInputStream().read()) != '\n'; bytes.write(next)) {
      if (next < 0) {
        throw new IOException("wanted a line, got the end after \"" + bytes.toString(UTF_8) + "\"");
      }
    }
    return bytes.toString(UTF_8);
  }

  /** Sends a line; the one that comes back. */
  String ask(String line) throws IOException {
    send(line + "\n");
    return line();
  }

  /** All that comes until the server ends the connection, in whichever way. */
  byte[] rest() throws IOException {
    var all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (SocketException _) {
      // It was reset: that, too, is an end.
    }
    return all.toByteArray();
  }

  /** Ends the connection without a good bye. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
