// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import whirlwind.net.TCPServer;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamClosedException;

/** A server of ours that foreign clients talk to; keeps how each connection ended. */
final class PeerServer implements AutoCloseable {

  /** What is done with a connection after its handshake. */
  @FunctionalInterface
  interface Talk {
    void with(SSLIOStream client) throws Exception;
  }

  private final TCPServer server;
  private final int port;
  private final List<Throwable> failures = new ArrayList<>();

  PeerServer(ServerTls options, Talk talk) {
    this.server =
        new TCPServer(
            (stream, _) -> {
              try {
                talkOver(stream.startTls(options).await(), talk);
              } catch (CompletionException wrapped) {
                failures.add(wrapped.getCause());
              } catch (Exception failure) {
                failures.add(failure);
              }
            });
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    this.port = ((InetSocketAddress) server.listen(address)).getPort();
  }

  private static void talkOver(SSLIOStream client, Talk talk) throws Exception {
    try {
      talk.with(client);
    } finally {
      client.close();
    }
  }

  /** Answers each line until the client is done. */
  static void echo(SSLIOStream client) {
    try {
      while (true) {
        var line = new String(client.readUntil("\n").await(), UTF_8);
        client.write("echo: " + line).await();
      }
    } catch (StreamClosedException closed) {
      if (closed.realError() != null) {
        throw closed;
      }
    }
  }

  int port() {
    return port;
  }

  /** What connections have failed with, the first one first. */
  List<Throwable> failures() {
    return failures;
  }

  @Override
  public void close() {
    server.close();
  }
}
