// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.tls.TlsPair.CLIENT;
import static whirlwind.tls.TlsPair.SERVER;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.stream.SSLIOStream;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.TestCertificates;

/** Other programs that people use: curl, and Python's {@code ssl}. */
class ForeignPeersTest {
  private static final String PYTHON_CLIENT =
      """
      import socket, ssl, sys
      context = ssl.create_default_context(cafile="authority.pem")
      context.minimum_version = context.maximum_version = ssl.TLSVersion[sys.argv[2]]
      with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as plain:
          secured = context.wrap_socket(plain, server_hostname="localhost")
          lines = secured.makefile("rw")
          for i in range(100):
              lines.write("line %d\\n" % i)
              lines.flush()
              assert lines.readline() == "echo: line %d\\n" % i
          secured.unwrap()  # a close-notify there, and one back
          print("all well", secured.version())
      """;

  private static final String PYTHON_SERVER =
      """
      import socket, ssl, sys
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain("server.pem", "server.key")
      context.minimum_version = context.maximum_version = ssl.TLSVersion[sys.argv[1]]
      listener = socket.create_server(("127.0.0.1", 0))
      print("port", listener.getsockname()[1], "!")
      plain, _ = listener.accept()
      secured = context.wrap_socket(plain, server_side=True)
      lines = secured.makefile("rw")
      while line := lines.readline():
          lines.write("echo: " + line)
          lines.flush()
      secured.unwrap()
      print("all well", secured.version())
      """;

  @TempDir private Path directory;

  // ---------------------------------------------------------------- curl

  private ForeignProgram curl(IOLoop loop, PeerServer server, String... more) throws IOException {
    TestCertificates.writePem("server", directory);
    var command =
        List.of(
            "curl",
            "--silent",
            "--show-error",
            "--noproxy",
            "*",
            "--cacert",
            "authority.pem",
            "--resolve",
            "localhost:" + server.port() + ":127.0.0.1",
            "https://localhost:" + server.port() + "/");
    return ForeignProgram.start(loop, directory, ForeignProgram.command(command, more));
  }

  private static void answerWithoutLength(SSLIOStream client) {
    client.readUntil("\r\n\r\n").await();
    client.write("HTTP/1.0 200 OK\r\n\r\nhello from whirlwind").await();
    client.close();
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-16")
  void curlGetsItsPage(IOLoop loop) throws IOException {
    for (var version : List.of("1.2", "1.3")) {
      try (var server = new PeerServer(SERVER, ForeignPeersTest::answerWithoutLength);
          var curl = curl(loop, server, "--tls-max", version, "--tlsv" + version)) {
        curl.says("hello from whirlwind");
        assertThat(curl.ends()).as("an end that was said").isZero();
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-7")
  void curlRefusesWhomItMust(IOLoop loop) throws IOException {
    for (var certificate : List.of("other", "expired", "unknown", "self-signed")) {
      var options = ServerTls.of(TestCertificates.context(certificate));
      try (var server = new PeerServer(options, ForeignPeersTest::answerWithoutLength);
          var curl = curl(loop, server)) {
        assertThat(curl.ends()).as("%s: %s", certificate, curl.rest()).isEqualTo(60);
      }
    }
  }

  // ---------------------------------------------------------------- Python

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-16")
  void aPythonClientIsServed(IOLoop loop) throws IOException {
    TestCertificates.writePem("server", directory);
    Files.writeString(directory.resolve("client.py"), PYTHON_CLIENT);
    for (var version : List.of("TLSv1_2", "TLSv1_3")) {
      try (var server = new PeerServer(SERVER, PeerServer::echo);
          var python =
              ForeignProgram.start(
                  loop, directory, "python3", "client.py", "" + server.port(), version)) {
        python.says("all well");
        assertThat(python.ends()).isZero();
        TlsPair.settle();
        assertThat(server.failures()).isEmpty();
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-16")
  void aPythonServerServesUs(IOLoop loop) throws IOException {
    TestCertificates.writePem("server", directory);
    Files.writeString(directory.resolve("server.py"), PYTHON_SERVER);
    for (var version : List.of("TLSv1_2", "TLSv1_3")) {
      try (var python = ForeignProgram.start(loop, directory, "python3", "server.py", version)) {
        python.says("port ");
        int port = Integer.parseInt(python.says(" ").strip());
        var stream = new SSLIOStream(CLIENT);
        stream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)).await();
        for (int i = 0; i < 100; i++) {
          stream.write("line " + i + "\n").await();
          assertThat(stream.readUntil("\n").await())
              .asString(UTF_8)
              .isEqualTo("echo: line " + i + "\n");
        }
        stream.shutdownOutput();
        assertThat(stream.readUntilClose().await()).as("with a close-notify").isEmpty();
        assertThat(stream.error()).isNull();
        python.says("all well");
        assertThat(python.ends()).isZero();
      }
    }
  }
}
