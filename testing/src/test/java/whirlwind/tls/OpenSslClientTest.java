// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.tls.TlsPair.SERVER;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.stream.StreamClosedException;
import whirlwind.sync.Event;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.TestCertificates;
import whirlwind.tls.ServerTls.ClientAuth;

/** A server of ours, and OpenSSL's client. */
class OpenSslClientTest {
  private static final String[] VERSIONS = {"-tls1_2", "-tls1_3"};

  @TempDir private Path directory;

  private ForeignProgram client(IOLoop loop, PeerServer server, String... more) throws IOException {
    TestCertificates.writePem("client", directory);
    var command =
        List.of(
            "openssl",
            "s_client",
            "-connect",
            "127.0.0.1:" + server.port(),
            "-CAfile",
            "authority.pem",
            "-verify_return_error");
    return ForeignProgram.start(loop, directory, ForeignProgram.command(command, more));
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-20")
  void linesGoThereAndBack(IOLoop loop) throws IOException {
    var names = new ArrayList<String>();
    PeerServer.Talk talk =
        client -> {
          names.add(client.requestedServerName() + " " + client.applicationProtocol());
          PeerServer.echo(client);
        };
    for (var version : VERSIONS) {
      try (var server = new PeerServer(SERVER.withApplicationProtocols("h2", "http/1.1"), talk);
          var client =
              client(
                  loop,
                  server,
                  version,
                  "-servername",
                  "www.whirlwind.test",
                  "-verify_hostname",
                  "www.whirlwind.test",
                  "-alpn",
                  "http/1.1,h2")) {
        assertThat(client.says("Verify return code: 0 (ok)")).contains("ALPN protocol: h2");
        client.type("hello");
        client.says("echo: hello");
        client.type("Q"); // with a close-notify
        assertThat(client.ends()).isZero();
        TlsPair.settle();
        assertThat(server.failures()).isEmpty();
      }
    }
    assertThat(names).containsExactly("www.whirlwind.test h2", "www.whirlwind.test h2");
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-6")
  void sessionsAreResumed(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      try (var server = new PeerServer(SERVER, PeerServer::echo)) {
        try (var first = client(loop, server, version, "-sess_out", "session.pem")) {
          first.says("New, TLSv1");
          first.type("hello");
          first.says("echo: hello");
          first.type("Q");
          first.ends();
        }
        try (var again = client(loop, server, version, "-sess_in", "session.pem")) {
          again.says("Reused, TLSv1");
          again.type("hello");
          again.says("echo: hello");
        }
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-18")
  void keysChangeInBothDirections(IOLoop loop) throws IOException {
    try (var server = new PeerServer(SERVER, PeerServer::echo);
        var client = client(loop, server, "-tls1_3")) {
      client.says("Verify return code: 0 (ok)");
      for (var update : List.of("k", "K", "K", "k")) { // its own keys; and ours as well
        client.type(update);
        client.says("KEYUPDATE");
        client.type("hello " + update);
        client.says("echo: hello " + update);
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-14")
  void toBeginAnewIsRefused(IOLoop loop, LogRecorder log) throws IOException {
    try (var server = new PeerServer(SERVER, PeerServer::echo);
        var client = client(loop, server, "-tls1_2")) {
      client.says("Verify return code: 0 (ok)");
      client.type("hello");
      client.says("echo: hello");
      client.type("R");
      client.says("RENEGOTIATING");
      assertThat(client.ends()).isNotZero();
      TlsPair.settle();
      assertThat(realErrorOf(server)).hasMessageContaining("renegotiate");
      log.expect(Level.WARNING, "error on SSLIOStream");
    }
  }

  private static Throwable realErrorOf(PeerServer server) {
    return ((StreamClosedException) server.failures().getFirst()).realError();
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-16")
  void aClientThatDiesIsACut(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      var ended = new Event();
      PeerServer.Talk talk =
          stream -> {
            try {
              PeerServer.echo(stream);
            } finally {
              ended.set();
            }
          };
      try (var server = new PeerServer(SERVER, talk);
          var client = client(loop, server, version)) {
        client.says("Verify return code: 0 (ok)");
        client.type("hello");
        client.says("echo: hello");
        client.kill();
        ended.whenSet().await();
        TlsPair.settle();
        assertThat(realErrorOf(server)).isInstanceOf(TlsTruncatedException.class);
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-6")
  void clientsShowTheirCertificates(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      var shown = new ArrayList<Certificate>();
      PeerServer.Talk talk =
          stream -> {
            shown.add(stream.session().getPeerCertificates()[0]);
            PeerServer.echo(stream);
          };
      try (var server = new PeerServer(SERVER.withClientAuth(ClientAuth.NEEDED), talk)) {
        try (var client =
            client(loop, server, version, "-cert", "client.pem", "-key", "client.key")) {
          client.type("hello");
          client.says("echo: hello");
          assertThat(shown).containsExactly(TestCertificates.certificate("client"));
        }
        try (var nobody = client(loop, server, version)) {
          nobody.says("alert");
          nobody.ends();
          TlsPair.settle();
          assertThat(server.failures().getLast()).isInstanceOf(SSLHandshakeException.class);
        }
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  @Tag("TLS-7")
  void aCertificateThatItRefusesIsRefused(IOLoop loop) throws IOException {
    var reasons =
        Map.of(
            "other", "hostname mismatch",
            "expired", "certificate has expired",
            "unknown", "self-signed certificate in certificate chain",
            "self-signed", "self-signed certificate");
    for (var version : VERSIONS) {
      for (var each : reasons.entrySet()) {
        var options = ServerTls.of(TestCertificates.context(each.getKey()));
        try (var server = new PeerServer(options, PeerServer::echo);
            var client = client(loop, server, version, "-verify_hostname", "localhost")) {
          client.says(each.getValue());
          assertThat(client.ends()).isNotZero();
          TlsPair.settle();
          assertThat(server.failures()).singleElement().isInstanceOf(SSLException.class);
        }
      }
    }
  }
}
