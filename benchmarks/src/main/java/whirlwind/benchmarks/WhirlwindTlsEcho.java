// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import whirlwind.boringssl.BoringSsl;
import whirlwind.io.ListenOptions;
import whirlwind.loop.IOLoop;
import whirlwind.net.ServerOptions;
import whirlwind.net.TCPServer;
import whirlwind.tls.ServerTls;

/** Whirlwind's echo server by TLS: straight-line code, and the JDK's engine or BoringSSL. */
final class WhirlwindTlsEcho {
  private static final ListenOptions LISTEN = ListenOptions.defaults().withBacklog(Echo.BACKLOG);

  private static final String ENGINE = "benchmark.engine";

  /** The flag for BoringSSL instead of the JDK's engine. */
  static final String BORINGSSL = "-D" + ENGINE + "=BoringSSL";

  private WhirlwindTlsEcho() {}

  static void main(String[] arguments) throws GeneralSecurityException, IOException {
    var tls = ServerTls.of(context(Credentials.of(arguments))).withVersions("TLSv1.3");
    IOLoop.run(
        () -> {
          var server =
              new TCPServer(
                  (stream, _) -> {
                    stream.setNodelay(true);
                    while (true) {
                      stream.write(stream.readPartial(Echo.TLS_READ_SIZE).await()).await();
                    }
                  },
                  ServerOptions.defaults().withTls(tls));
          var address = (InetSocketAddress) server.listen(Echo.anyPort(), LISTEN);
          Echo.ready(address.getPort());
          return server.closed().await();
        });
  }

  private static SSLContext context(Credentials credentials)
      throws GeneralSecurityException, IOException {
    return System.getProperty(ENGINE, "JDK").equals("JDK")
        ? credentials.context()
        : BoringSsl.context(credentials.keyManagers(), null);
  }
}
