// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.MemoryTransport;

/**
 * Feeds TLS what no test would think of, from a seed: every run with it is the same. Whatever
 * comes, what is received is a beginning of what was sent, every operation ends within a bounded
 * number of turns once the connection has ended, and fails in no way but those that are documented.
 */
final class TlsFuzz {
  private static final int CAPACITY = 64 * 1024;

  /** More turns than anything needs to end. */
  private static final int TURNS = 200;

  /** Turns in which no byte moves anywhere, after which none will. */
  private static final int REST = 20;

  private final IOLoop loop;
  private final Random random;
  private final byte[][] hellos;

  TlsFuzz(IOLoop loop, long seed) throws Exception {
    this.loop = loop;
    this.random = new Random(seed);
    this.hellos =
        new byte[][] {
          ClientHelloTest.hello("TLSv1.2", "localhost"),
          ClientHelloTest.hello("TLSv1.3", "www.whirlwind.test")
        };
  }

  // ---------------------------------------------------------------- what a client says first

  /** A hello with some bytes changed, cut or doubled, as the parser alone sees it. */
  void hello() {
    byte[] hello = hellos[random.nextInt(hellos.length)].clone();
    for (int changes = random.nextInt(4); changes >= 0; changes--) {
      hello = changed(hello, random.nextInt(hello.length));
    }
    var records = ByteBuffer.wrap(hello, 0, random.nextInt(hello.length + 1));
    ClientHello.parse(records);
    assertThat(records.position()).as("bytes that were taken").isZero();
  }

  /** Bytes with one change at {@code at}, or a little longer or shorter. */
  private byte[] changed(byte[] bytes, int at) {
    switch (random.nextInt(4)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> { // doubled
        int count = Math.min(bytes.length - at, 1 + random.nextInt(20));
        var longer = Arrays.copyOf(bytes, bytes.length + count);
        System.arraycopy(bytes, at, longer, at + count, bytes.length - at);
        return longer;
      }
      default -> { // left out
        int count = Math.min(bytes.length - at - 1, 1 + random.nextInt(20));
        System.arraycopy(bytes, at + count, bytes, at, bytes.length - at - count);
        return Arrays.copyOf(bytes, Math.max(1, bytes.length - count));
      }
    }
    return bytes;
  }

  // ---------------------------------------------------------------- no TLS at all

  /** Garbage, often with a likely header, instead of the handshake of a peer. */
  void garbage() throws IOException {
    var memory = MemoryTransport.pair(loop, CAPACITY);
    boolean isServer = random.nextBoolean();
    var stream =
        isServer ? server(memory.near(), TlsPair.SERVER) : client(memory.near(), TlsPair.CLIENT);
    try (var talker = new FuzzTalker(loop, stream, random)) {
      for (int left = random.nextInt(6); left >= 0; left--) {
        if (!memory.near().closed()) {
          memory.far().write(ByteBuffer.wrap(garbageRecord(isServer)));
        }
        turns(random.nextInt(3));
      }
      memory.far().close();
      talker.mustEnd(TURNS);
    }
    assertThat(memory.near().closed()).isTrue();
  }

  private byte[] garbageRecord(boolean helloIsLikely) {
    if (helloIsLikely && random.nextInt(3) == 0) {
      byte[] hello = hellos[random.nextInt(hellos.length)].clone();
      return changed(hello, random.nextInt(hello.length));
    }
    var bytes = new byte[random.nextInt(300)];
    random.nextBytes(bytes);
    if (bytes.length > 5 && random.nextInt(4) > 0) {
      bytes[0] = (byte) (20 + random.nextInt(5));
      bytes[1] = 3;
      bytes[2] = (byte) random.nextInt(5);
      bytes[3] = 0;
      bytes[4] = (byte) random.nextInt(Math.min(256, bytes.length));
    }
    return bytes;
  }

  // ---------------------------------------------------------------- one that lasts

  /**
   * One connection whose bytes go on in pieces of any size, from one byte upwards, while both sides
   * read and write in all ways that there are; it lasts for so many pieces.
   */
  void chops(int pieces) throws IOException {
    var wire = Wire.of(loop, CAPACITY);
    var version = TlsPair.VERSIONS[random.nextInt(2)];
    try (var client =
            new FuzzTalker(
                loop, client(wire.client(), TlsPair.CLIENT.withVersions(version)), random);
        var server = new FuzzTalker(loop, server(wire.server(), TlsPair.SERVER), random)) {
      for (int piece = 0; piece < pieces; piece++) {
        (random.nextBoolean() ? client : server).maybeWrite();
        moveSome(wire, random.nextInt(8) == 0 ? 1 : 1 + random.nextInt(3000));
        turns(random.nextInt(3));
      }
      long before = -1;
      for (int quiet = 0; quiet < REST; quiet++) {
        long progress = wire.move(CAPACITY) + client.received() + server.received();
        quiet = progress != before ? 0 : quiet;
        before = progress;
        turns(1);
      }
      client.mustHaveAllOf(server);
      server.mustHaveAllOf(client);
      client.leave();
      wire.toServer().move(CAPACITY);
      wire.cut();
      server.mustEnd(TURNS);
      server.mustHaveExactly(client);
    }
  }

  private void moveSome(Wire wire, int most) throws IOException {
    if (random.nextBoolean()) {
      wire.toServer().move(most);
    } else {
      wire.toClient().move(most);
    }
  }

  // ---------------------------------------------------------------- one that is attacked

  /** A connection in which somebody changes, drops, adds or cuts something, once and anywhere. */
  void attack() throws IOException {
    var wire = Wire.of(loop, CAPACITY);
    var version = TlsPair.VERSIONS[random.nextInt(2)];
    boolean towardsServer = random.nextBoolean();
    int at = random.nextInt(4500);
    try (var client =
            new FuzzTalker(
                loop, client(wire.client(), TlsPair.CLIENT.withVersions(version)), random);
        var server = new FuzzTalker(loop, server(wire.server(), TlsPair.SERVER), random)) {
      client.write(1500);
      server.write(1500);
      int moved = 0;
      boolean done = false;
      for (int quiet = 0; quiet < 12; quiet++) {
        int size = 1 + random.nextInt(2000);
        int aside = towardsServer ? wire.toClient().move(size) : wire.toServer().move(size);
        int count;
        if (!done && moved + size > at) {
          count = attackOn(wire, towardsServer, size, Math.max(0, at - moved));
          done = count > 0;
        } else {
          count = towardsServer ? wire.toServer().move(size) : wire.toClient().move(size);
        }
        moved += count;
        quiet = count + aside > 0 ? 0 : quiet;
        turns(1);
      }
      wire.cut();
      client.mustEnd(TURNS);
      server.mustEnd(TURNS);
      client.mustHaveABeginningOf(server);
      server.mustHaveABeginningOf(client);
    }
    assertThat(wire.client().closed() && wire.server().closed()).isTrue();
  }

  private int attackOn(Wire wire, boolean towardsServer, int size, int at) throws IOException {
    var leg = towardsServer ? wire.toServer() : wire.toClient();
    int kind = random.nextInt(6);
    if (kind < 2) {
      leg.cut(kind == 1);
      return 1;
    }
    return leg.move(size, bytes -> changed(bytes, Math.min(at, bytes.length - 1)));
  }

  // ---------------------------------------------------------------- the streams

  private SSLIOStream client(MemoryTransport transport, ClientTls options) {
    return new SSLIOStream(loop, transport, options, limits());
  }

  private SSLIOStream server(MemoryTransport transport, ServerTls options) {
    return new SSLIOStream(loop, transport, options, limits());
  }

  private StreamLimits limits() {
    return StreamLimits.defaults().withReadChunkSize(1 + random.nextInt(70_000));
  }

  static void turns(int count) {
    for (int i = 0; i < count; i++) {
      Futures.moment().await();
    }
  }
}
