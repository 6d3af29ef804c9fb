// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import whirlwind.loop.IOLoop;
import whirlwind.loop.PeriodicCallback;
import whirlwind.net.ServerOptions;
import whirlwind.net.TCPServer;
import whirlwind.process.Subprocess;
import whirlwind.tls.ServerTls;

/**
 * An echo by TLS whose certificate can be exchanged while it runs: {@code ./example tlsecho [port
 * [keystore password]]}. Without a key store it has {@code keytool} make one, for localhost.
 *
 * <p>A new file is used from the next connection on; those that are open keep what they have. A
 * file that cannot be read changes nothing.
 */
final class TlsEcho {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final Path keyStore;
  private final char[] password;
  private FileTime modified;
  private SSLContext context;

  private TlsEcho(Path keyStore, String password) throws Exception {
    this.keyStore = keyStore;
    this.password = password.toCharArray();
    this.modified = Files.getLastModifiedTime(keyStore);
    this.context = load();
  }

  static void main(String[] arguments) {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 8443;
    IOLoop.run(
        () -> {
          var echo =
              arguments.length > 2
                  ? new TlsEcho(Path.of(arguments[1]), arguments[2])
                  : new TlsEcho(makeKeyStore("whirlwind"), "whirlwind");
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
              server.port(), echo.keyStore);
          new PeriodicCallback(echo::reloadIfChanged, LOOK_AGAIN).start();
          return server.closed().await();
        });
  }

  /** Reading a file blocks, so it is done off the loop. */
  private void reloadIfChanged() {
    try {
      var now = IOLoop.current().runInExecutor(() -> Files.getLastModifiedTime(keyStore)).await();
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

  private SSLContext load() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(keyStore.toFile(), password);
    var keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, password);
    var fresh = SSLContext.getInstance("TLS");
    fresh.init(keys.getKeyManagers(), null, null);
    return fresh;
  }

  private static Path makeKeyStore(String password) throws IOException {
    var file = Files.createTempDirectory("tlsecho").resolve("echo.p12");
    Subprocess.run(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-J-XX:TieredStopAtLevel=1",
            "-genkeypair",
            "-alias",
            "echo",
            "-keyalg",
            "EC",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost",
            "-keystore",
            file.toString(),
            "-storepass",
            password)
        .await()
        .requireSuccess();
    return file;
  }
}
