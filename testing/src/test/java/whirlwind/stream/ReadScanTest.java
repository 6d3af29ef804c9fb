// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** Long searches. */
class ReadScanTest {
  private static final int MIB = 1 << 20;

  private static final List<Function<IOStream, Future<byte[]>>> SEARCHES =
      List.of(stream -> stream.readUntil("\r\n\r\n"), stream -> stream.readUntilRegex("\r\n\r\n"));

  @LoopTest
  @Tag("STR-32")
  void fourMebibytesAtHandTakeOneReadOfTheTransportAChunk(IOLoop loop) {
    var sent = "\r\n\r.".repeat(MIB) + "\r\n\r\n";
    for (var search : SEARCHES) {
      try (var peer = ReadPeer.of(loop, StreamLimits.defaults(), 5 * MIB)) {
        peer.send(sent);
        assertThat(search.apply(peer.stream()).await()).isEqualTo(ReadPeer.utf8(sent));
        assertThat(peer.near().statistics().reads()).isBetween(65, 70);
      }
    }
  }

  /** A search from the start for each of 32,768 portions looks at 64 GiB. */
  @LoopTest
  @Tag("STR-32")
  void fourMebibytesAtHandInTinyPortionsAreNotSearchedForEachOfThem(IOLoop loop) {
    var sent = "\r\n\r.".repeat(MIB) + "\r\n\r\n";
    var limits = StreamLimits.defaults().withReadChunkSize(128);
    for (var search : SEARCHES) {
      try (var peer = ReadPeer.of(loop, limits, 5 * MIB)) {
        peer.send(sent);
        assertThat(search.apply(peer.stream()).await()).isEqualTo(ReadPeer.utf8(sent));
        assertThat(peer.near().statistics().reads()).isGreaterThan(32_768);
      }
    }
  }

  /** At 4 MiB in 65,536 pieces a search from the start for each piece looks at 128 GiB. */
  @LoopTest
  @Tag("STR-32")
  void fourMebibytesInTinyPiecesAreSearchedOnce(IOLoop loop) throws IOException {
    try (var peer = ReadPeer.of(loop, StreamLimits.defaults(), 4096)) {
      var pending = peer.stream().readUntil("\r\n\r\n");
      byte[] piece = ReadPeer.utf8("\r\n\r.".repeat(16));
      for (int i = 0; i < 4 * MIB / piece.length; i++) {
        while (peer.far().write(ByteBuffer.wrap(piece)) == 0) {
          Futures.moment().await();
        }
        Futures.moment().await();
      }
      peer.send("\r\n\r\n");
      assertThat(pending.await()).hasSize(4 * MIB + 4);
      assertThat(peer.near().statistics().bytesRead()).isEqualTo(4 * MIB + 4);
      assertThat(peer.near().statistics().reads())
          .as("pieces that arrived one by one")
          .isGreaterThan(10_000);
    }
  }

  @LoopTest
  @Tag("STR-32")
  void aSmallLastPieceIsNotMissedHoweverMuchCameBefore(IOLoop loop) {
    for (var search : SEARCHES) {
      try (var peer = ReadPeer.of(loop)) {
        var pending = search.apply(peer.stream());
        peer.send("x".repeat(200_000));
        turns();
        peer.send("\r\n\r");
        turns();
        assertThat(pending.isDone()).isFalse();
        peer.send("\n");
        assertThat(pending.await()).hasSize(200_004);
      }
    }
  }

  @LoopTest
  @Tag("STR-32")
  void aSmallLastPieceIsNotMissedWhenTheEndComesWithIt(IOLoop loop) {
    for (var search : SEARCHES) {
      try (var peer = ReadPeer.of(loop)) {
        var pending = search.apply(peer.stream());
        peer.send("x".repeat(200_000));
        turns();
        peer.send("\r\n\r\n!").end();
        assertThat(pending.await()).hasSize(200_004);
        assertThat(text(peer.stream().readUntilClose())).isEqualTo("!");
      }
    }
  }

  /** Whatever an event may bring in at most, it can be just there that the match ends. */
  @LoopTest
  @Tag("STR-32")
  void aMatchAtTheVeryLastByteIsNotMissedWhateverTheSizes(IOLoop loop) {
    for (int chunk = 8 << 10; chunk <= 64 << 10; chunk += 4 << 10) {
      for (int chunks = 1; chunks * chunk <= 512 << 10; chunks++) {
        var limits = StreamLimits.defaults().withReadChunkSize(chunk);
        try (var peer = ReadPeer.of(loop, limits, MIB)) {
          var pending = peer.stream().readUntilRegex("!");
          peer.send("x".repeat(chunks * chunk - 1) + "!");
          for (int i = 0; i < 20 && !pending.isDone(); i++) {
            turns();
          }
          assertThat(pending.isDone()).as("%s chunks of %s bytes", chunks, chunk).isTrue();
        }
      }
    }
  }
}
