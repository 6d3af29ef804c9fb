// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import whirlwind.loop.IOLoop;
import whirlwind.loop.PeriodicCallback;
import whirlwind.net.ServerOptions;
import whirlwind.net.TCPServer;
import whirlwind.process.Command;
import whirlwind.process.Subprocess;
import whirlwind.tls.Pem;
import whirlwind.tls.ServerTls;

/**
 * An echo by TLS whose certificate can be exchanged while it runs: {@code ./example tlsecho [port
 * [chain.pem key.pem]]}. Without files it has {@code openssl} make them, for localhost.
 *
 * <p>New files are used from the next connection on; those that are open keep what they have. Files
 * that cannot be read, or do not belong together yet, change nothing.
 */
final class TlsEcho {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final Path chain;
  private final Path key;
  private List<FileTime> modified;
  private SSLContext context;

  private TlsEcho(Path chain, Path key) throws IOException, GeneralSecurityException {
    this.chain = chain;
    this.key = key;
    this.modified = modified();
    this.context = load();
  }

  static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8443;
    IOLoop.run(
        () -> {
          var echo =
              arguments.length > 2
                  ? new TlsEcho(Path.of(arguments[1]), Path.of(arguments[2]))
                  : selfSigned();
          var tls = ServerTls.of(_ -> echo.context);
          var server =
              new TCPServer(
                  (stream, _) -> {
                    while (true) {
                      stream.write(stream.readUntil("\n").await()).await();
                    }
                  },
                  ServerOptions.defaults().withTls(tls));
          server.listen(port);
          System.out.printf(
              "tlsecho: talk to it with: openssl s_client -quiet -connect localhost:%d; replace %s,"
                  + " and the next connection sees the new certificate%n",
              server.port(), echo.chain);
          new PeriodicCallback(echo::reloadIfChanged, LOOK_AGAIN).start();
          return server.closed().await();
        });
  }

  /** Reading files blocks, so it is done off the loop. */
  private void reloadIfChanged() {
    try {
      var now = IOLoop.current().runInExecutor(this::modified).await();
      if (now.equals(modified)) {
        return;
      }
      modified = now;
      context = IOLoop.current().runInExecutor(this::load).await();
      System.out.println("tlsecho: has a new certificate");
    } catch (RuntimeException bad) {
      System.out.println("tlsecho: keeps its certificate: " + bad.getMessage());
    }
  }

  private List<FileTime> modified() throws IOException {
    return List.of(Files.getLastModifiedTime(chain), Files.getLastModifiedTime(key));
  }

  private SSLContext load() throws IOException, GeneralSecurityException {
    return Pem.context(chain, key);
  }

  private static TlsEcho selfSigned() throws IOException, GeneralSecurityException {
    var directory = Files.createTempDirectory("tlsecho");
    var openssl =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem"
            + " -out chain.pem -subj /CN=localhost -addext subjectAltName=DNS:localhost";
    Subprocess.run(Command.of(openssl.split(" ")).withDirectory(directory))
        .await()
        .requireSuccess();
    return new TlsEcho(directory.resolve("chain.pem"), directory.resolve("key.pem"));
  }
}
