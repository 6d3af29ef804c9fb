// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.net.InetSocketAddress;
import java.time.Duration;
import whirlwind.loop.IOLoop;
import whirlwind.loop.TaskScope;
import whirlwind.net.ConnectOptions;
import whirlwind.net.TCPClient;
import whirlwind.net.TCPServer;
import whirlwind.stream.IOStream;

/**
 * A TCP proxy with backpressure: {@code ./example proxy [port [target-host target-port]]}; without
 * a target it goes to an echo of its own.
 *
 * <p>Nothing is read from one side before the other has taken what came before, so a slow reader
 * holds back a fast writer through the proxy, and the proxy's memory stays small.
 */
final class Proxy {
  private final String targetHost;
  private final int targetPort;
  private final TCPClient client = new TCPClient();

  private Proxy(String targetHost, int targetPort) {
    this.targetHost = targetHost;
    this.targetPort = targetPort;
  }

  static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8890;
    IOLoop.run(
        () -> {
          var proxy =
              arguments.length > 2
                  ? new Proxy(arguments[1], Integer.parseInt(arguments[2]))
                  : new Proxy("localhost", startEcho());
          var server = new TCPServer((stream, _) -> proxy.serve(stream));
          server.listen(port);
          System.out.printf(
              "proxy: goes to %s:%d; talk through it with: nc localhost %d%n",
              proxy.targetHost, proxy.targetPort, server.port());
          return server.closed().await();
        });
  }

  private void serve(IOStream near) throws Exception {
    var options = ConnectOptions.defaults().withTimeout(Duration.ofSeconds(10));
    var far = client.connect(targetHost, targetPort, options).await();
    try {
      near.setAllowHalfClose(true);
      far.setAllowHalfClose(true);
      // When one direction fails the other is cancelled: neither can go on alone.
      TaskScope.run(
          scope -> {
            scope.spawn("out", () -> pass(near, far));
            return scope.spawn("back", () -> pass(far, near)).await();
          });
    } finally {
      far.close();
    }
  }

  /** Passes bytes until the end of {@code from}, then passes on the end. */
  private static long pass(IOStream from, IOStream to) {
    long passed = from.copyTo(to).await();
    to.shutdownOutput();
    return passed;
  }

  /** Returns the port of a server that sends all back. */
  private static int startEcho() {
    var echo = new TCPServer((stream, _) -> stream.copyTo(stream).await());
    echo.listen(new InetSocketAddress("localhost", 0));
    return echo.port();
  }
}
