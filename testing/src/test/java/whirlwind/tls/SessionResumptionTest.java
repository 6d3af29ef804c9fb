// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.tls.TlsPair.SERVER;
import static whirlwind.tls.TlsPair.VERSIONS;

import java.util.Objects;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;

/** A client that comes again is shown no certificate: so who verifies them can count. */
class SessionResumptionTest {
  private final CountingTrust trust = new CountingTrust(() -> {});

  @LoopTest
  @Tag("TLS-6")
  void aClientThatComesAgainResumesItsSession(IOLoop loop) {
    for (var version : VERSIONS) {
      var client = trust.client().withVersions(version);
      int before = trust.asked();
      long first = visit(loop, client, 443);
      for (int again = 0; again < 3; again++) {
        assertThat(visit(loop, client, 443)).as("when it was made").isEqualTo(first);
      }
      assertThat(trust.asked() - before).as("certificates of %s", version).isEqualTo(1);
    }
  }

  @LoopTest
  @Tag("TLS-6")
  void anotherPortOrContextMakesAnotherSession(IOLoop loop) {
    for (var version : VERSIONS) {
      var client = trust.client().withVersions(version);
      int before = trust.asked();
      visit(loop, client, 443);
      visit(loop, client, 444);
      visit(loop, trust.client().withVersions(version), 443);
      assertThat(trust.asked() - before).isEqualTo(3);
    }
  }

  /** Says hello and goodbye; gives the session's birth. */
  private static long visit(IOLoop loop, ClientTls options, int port) {
    var memory = MemoryTransport.pair(loop, 100_000);
    var tls = new TlsTransport(loop, memory.near(), options, null, port);
    var server = new SSLIOStream(loop, memory.far(), SERVER, StreamLimits.defaults());
    var client = new IOStream(loop, tls, StreamLimits.defaults());
    client.write("hello\n").await();
    server.readUntil("\n").await();
    server.write("and to you\n").await();
    client.readUntil("\n").await(); // with the tickets of TLS 1.3 in front of it
    client.close();
    server.close();
    return Objects.requireNonNull(tls.session()).getCreationTime();
  }
}
