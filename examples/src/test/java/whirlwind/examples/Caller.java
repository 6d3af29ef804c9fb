// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Somebody who calls the chat server over real TCP, with nothing but the JDK's blocking sockets.
 */
final class Caller implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  final String name;
  final String room;
  private final Socket socket = new Socket();
  private final BufferedReader in;

  Caller(int port, String name, String room) throws IOException {
    this.name = name;
    this.room = room;
    socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  void says(String line) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The next line, or null when the server has hung up. */
  String lineOrNull() throws IOException {
    return in.readLine();
  }

  /** The next so many lines of those that are meant; others are passed over. */
  List<String> hears(int count, Predicate<String> meant) throws IOException {
    var heard = new ArrayList<String>();
    while (heard.size() < count) {
      var line = lineOrNull();
      if (line == null) {
        throw new IOException("wanted %d lines, got %d and the end".formatted(count, heard.size()));
      }
      if (meant.test(line)) {
        heard.add(line);
      }
    }
    return heard;
  }

  /** All lines until the server hangs up. */
  List<String> hearsToTheEnd() throws IOException {
    var heard = new ArrayList<String>();
    for (String line; (line = lineOrNull()) != null; ) {
      heard.add(line);
    }
    return heard;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
