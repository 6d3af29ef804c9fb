// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;
import whirlwind.testing.StreamContract;

/** The stream contract over TLS: the client reads, the server writes, memory is below. */
abstract class TlsStreamContract extends StreamContract {
  private static final int CAPACITY = 100_000;

  private final String version;
  private final boolean twice;

  TlsStreamContract(String version, boolean twice) {
    this.version = version;
    this.twice = twice;
  }

  @Override
  protected Ends connect(IOLoop loop, StreamLimits reader, StreamLimits writer) {
    return over(loop, MemoryTransport.pair(loop, CAPACITY), reader, writer);
  }

  private Ends over(
      IOLoop loop, MemoryTransport.Pair memory, StreamLimits reader, StreamLimits writer) {
    var client = TlsPair.CLIENT.withVersions(version);
    Transport near = memory.near();
    Transport far = memory.far();
    if (twice) {
      near = new TlsTransport(loop, near, client, null, -1);
      far = new TlsTransport(loop, far, TlsPair.SERVER);
    }
    return new Ends(
        new SSLIOStream(loop, near, client, reader),
        new SSLIOStream(loop, far, TlsPair.SERVER, writer));
  }

  @Override
  protected Doomed doomed(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, CAPACITY);
    var ends = over(loop, memory, StreamLimits.defaults(), StreamLimits.defaults());
    ((SSLIOStream) ends.reader()).waitForHandshake().await();
    return new Doomed(
        ends.reader(),
        () -> {
          memory.far().reset();
          ends.writer().close();
        });
  }

  @Override
  protected boolean hasHalfClose() {
    return !version.equals("TLSv1.2");
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("TLS-22")
  void allOfThisIsOverTls(IOLoop loop) {
    try (var ends = connect(loop, StreamLimits.defaults(), StreamLimits.defaults())) {
      for (var end : List.of(ends.reader(), ends.writer())) {
        var secured = ((SSLIOStream) end).waitForHandshake().await();
        assertThat(secured.session().getProtocol()).isEqualTo(version);
      }
    }
  }
}
