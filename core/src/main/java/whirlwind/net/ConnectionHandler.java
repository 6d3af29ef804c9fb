// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.SocketAddress;
import whirlwind.stream.IOStream;

/** Serves one connection of a {@link TCPServer}. */
@FunctionalInterface
public interface ConnectionHandler {
  /**
   * Runs in a coroutine of its own and may await. When it ends, in whichever way, the stream is
   * closed. What it throws is logged, except that the peer went away or that the server cancelled
   * it.
   *
   * @param address the peer's address; clients of Unix-domain sockets have an empty one
   */
  void handle(IOStream stream, SocketAddress address) throws Exception;
}
