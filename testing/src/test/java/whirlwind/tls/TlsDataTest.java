// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.tls.TlsPair.CLIENT;
import static whirlwind.tls.TlsPair.SERVER;
import static whirlwind.tls.TlsPair.VERSIONS;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.io.Interest;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;

/** Data, once the handshake is done. */
class TlsDataTest {
  private static final int IDLE = 100;

  @LoopTest
  @Tag("TLS-15")
  void whatIsDecryptedIsUsedBeforeTheSocketIsAsked(IOLoop loop) {
    for (var version : VERSIONS) {
      var memory = MemoryTransport.pair(loop, 100_000);
      var client = new SSLIOStream(loop, memory.near(), CLIENT, StreamLimits.defaults());
      var server =
          new SSLIOStream(
              loop,
              memory.far(),
              SERVER.withVersions(version),
              StreamLimits.defaults().withReadChunkSize(1));
      client.write("one record\nand another line\n").await();
      assertThat(server.readUntil("\n").await()).asString(UTF_8).isEqualTo("one record\n");
      memory.far().stall(true);
      assertThat(server.readUntil("\n").await()).asString(UTF_8).isEqualTo("and another line\n");
      client.close();
      server.close();
    }
  }

  /** While nobody reads, nothing of it keeps the loop awake. */
  @LoopTest
  @Tag("TLS-15")
  void whatIsDecryptedAndNotReadLetsTheLoopSleep(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, 100_000);
    var client = new SSLIOStream(loop, memory.near(), CLIENT, StreamLimits.defaults());
    var server =
        new SSLIOStream(loop, memory.far(), SERVER, StreamLimits.defaults().withReadChunkSize(1));
    client.write("0123456789").await();
    server.readBytes(1).await();
    TlsPair.settle();
    int reports = memory.far().statistics().reports();
    long turns = loop.io().turns();
    Futures.sleep(Duration.ofSeconds(1)).await();
    assertThat(loop.io().turns() - turns).isLessThanOrEqualTo(4);
    assertThat(memory.far().statistics().reports()).isEqualTo(reports);
    assertThat(memory.far().interest()).isEqualTo(Interest.NONE);
    client.close();
    server.close();
  }

  @LoopTest
  @Tag("TLS-19")
  void oneLargeWriteIsSplitAndArrivesWhole(IOLoop loop) {
    byte[] sent = new byte[24 << 20];
    new Random(24).nextBytes(sent);
    for (var version : VERSIONS) {
      try (var pair = TlsPair.connected(loop, version)) {
        var write = pair.client().write(sent);
        assertThat(checksum(pair.server().readBytes(sent.length).await()))
            .isEqualTo(checksum(sent));
        write.await();
      }
    }
  }

  private static long checksum(byte[] bytes) {
    var checksum = new CRC32C();
    checksum.update(bytes);
    return checksum.getValue();
  }

  /** A write is done when the transport below has all of its records, and not before. */
  @LoopTest
  @Tag("TLS-17")
  void aWriteIsDoneWhenItsRecordsAreGone(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      var wire = Wire.of(loop, 3_000);
      var client =
          new SSLIOStream(
              loop, wire.client(), CLIENT.withVersions(version), StreamLimits.defaults());
      var server = new SSLIOStream(loop, wire.server(), SERVER, StreamLimits.defaults());
      while (!client.isSecured() || !server.isSecured()) {
        wire.move(3_000);
        TlsPair.settle();
      }
      wire.move(3_000);
      var write = client.write(new byte[10_000]);
      var read = server.readBytes(10_000);
      int moved = 0;
      while (!write.isDone()) {
        assertThat(moved).isLessThanOrEqualTo(10_000);
        moved += wire.toServer().move(500);
        TlsPair.settle();
      }
      assertThat(moved).as("moved when the rest fits into the transport").isGreaterThan(6_000);
      while (wire.toServer().move(3_000) > 0) {
        TlsPair.settle();
      }
      assertThat(read.await()).hasSize(10_000);
      client.close();
      server.close();
    }
  }

  @LoopTest
  @Tag("TLS-12")
  void anIdleConnectionHoldsNoBuffers(IOLoop loop) {
    for (var version : VERSIONS) {
      var all = new ArrayList<IOStream>();
      var transports = new ArrayList<TlsTransport>();
      echoOnce(loop, version, all, transports); // what is made once is made
      long before = bytesInArrays();
      for (int i = 0; i < IDLE; i++) {
        echoOnce(loop, version, all, transports);
      }
      assertThat(transports).allSatisfy(each -> assertThat(each.buffered()).isZero());
      assertThat((bytesInArrays() - before) / IDLE)
          .as("bytes in byte arrays, for the two ends of one idle connection by %s", version)
          .isLessThan(48 * 1024);
      all.forEach(IOStream::close);
    }
  }

  private static void echoOnce(
      IOLoop loop, String version, List<IOStream> all, List<TlsTransport> transports) {
    var memory = MemoryTransport.pair(loop, 4_000);
    var near = new TlsTransport(loop, memory.near(), CLIENT.withVersions(version), null, -1);
    var far = new TlsTransport(loop, memory.far(), SERVER);
    var client = new IOStream(loop, near, StreamLimits.defaults());
    var server = new IOStream(loop, far, StreamLimits.defaults());
    client.write("hello").await();
    server.write(server.readBytes(5).await()).await();
    client.readBytes(5).await();
    all.addAll(List.of(client, server));
    transports.addAll(List.of(near, far));
  }

  private static long bytesInArrays() {
    try {
      var histogram =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "gcClassHistogram",
                      new Object[] {new String[0]},
                      new String[] {String[].class.getName()});
      var line =
          histogram
              .lines()
              .filter(each -> each.matches(".*\\s\\[B\\b.*"))
              .findFirst()
              .orElseThrow();
      return Long.parseLong(line.strip().split("\\s+")[2]);
    } catch (JMException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @LoopTest
  @Tag("TLS-12")
  void whatTheServerSaysToTheHelloIsOneWrite(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, 100_000);
    var client = new SSLIOStream(loop, memory.near(), CLIENT, StreamLimits.defaults());
    var server =
        new SSLIOStream(
            loop, memory.far(), SERVER.withVersions("TLSv1.3"), StreamLimits.defaults());
    client.waitForHandshake().await();
    server.waitForHandshake().await();
    // The other has what comes after the client's end of the handshake: a ticket.
    assertThat(memory.far().statistics().writes()).isLessThanOrEqualTo(2);
    client.close();
    server.close();
  }
}
