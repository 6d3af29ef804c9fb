// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.testing.MemoryTransport;
import whirlwind.testing.TestCertificates;
import whirlwind.testing.TransportContract;

/** The transport contract over TLS: the client is near, the server far, memory below. */
abstract class TlsTransportContract extends TransportContract {
  private static final int CAPACITY = 50_000;

  private final String version;
  private final boolean twice;
  private final SSLContext clients;
  private final SSLContext servers;
  private IOLoop loop;

  TlsTransportContract(String version, boolean twice) {
    this(version, twice, TestCertificates.trusting(), TestCertificates.context("server"));
  }

  TlsTransportContract(String version, boolean twice, SSLContext clients, SSLContext servers) {
    this.version = version;
    this.twice = twice;
    this.clients = clients;
    this.servers = servers;
  }

  @Override
  protected void prepare() {
    loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
  }

  @Override
  protected void release() {
    loop.close();
  }

  @Override
  protected Ends connect() {
    return secured(MemoryTransport.pair(loop, CAPACITY));
  }

  private Ends secured(MemoryTransport.Pair pair) {
    var ends = secured(new Ends(pair.near(), pair.far()));
    return twice ? secured(ends) : ends;
  }

  private Ends secured(Ends below) {
    return new Ends(client(below.near()), server(below.far()));
  }

  private Transport client(Transport below) {
    var options = ClientTls.of(clients).withVersions(version);
    return new TlsTransport(loop, below, options, "localhost", 443);
  }

  private Transport server(Transport below) {
    var options = ServerTls.of(servers).withVersions(version);
    return new TlsTransport(loop, below, options);
  }

  @Override
  protected Doomed doomed() throws Exception {
    var pair = MemoryTransport.pair(loop, CAPACITY);
    var ends = secured(pair);
    ends.far().attach(_ -> {});
    return new Doomed(ends.near(), () -> pair.far().reset());
  }

  @Override
  protected void turn() {
    loop.stop(); // after one pass
    loop.start();
  }

  /** Servers of TLS 1.3 send tickets, which can be read and are no data. */
  @Override
  protected void connected(Transport transport) throws Exception {
    aWhile();
    assertThat(transport.read(ByteBuffer.allocate(1))).isZero();
  }

  @Override
  protected @Nullable Transport refused() {
    return null;
  }

  @Override
  protected boolean hasAddresses() {
    return false;
  }

  @Override
  protected boolean hasHalfClose() {
    return !version.equals("TLSv1.2");
  }
}
