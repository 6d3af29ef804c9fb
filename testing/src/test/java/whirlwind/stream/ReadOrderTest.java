// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** Where bytes come from, and where those go that a read has no use for. */
class ReadOrderTest {

  @LoopTest
  @Tag("STR-5")
  void theBufferComesFirstAndTheTransportIsNotAskedThen(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abcdef");
      assertThat(now(peer.stream().readBytes(2))).isEqualTo("ab");
      peer.send("later");
      turns();
      int readsBefore = peer.near().statistics().reads();
      assertThat(now(peer.stream().readBytes(4))).isEqualTo("cdef");
      assertThat(peer.near().statistics().reads()).isEqualTo(readsBefore);
    }
  }

  @LoopTest
  @Tag("STR-5")
  void thenTheTransportIsTriedWithoutWaitingForReadiness(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.near().stall(true);
      peer.send("abc");
      assertThat(now(peer.stream().readBytes(2))).isEqualTo("ab");
      Futures.moment().await(); // what was found empty is asked again after the next poll
      peer.send("def");
      assertThat(now(peer.stream().readBytes(4))).isEqualTo("cdef");
      assertThat(peer.near().statistics().reports()).isZero();
    }
  }

  @LoopTest
  @Tag("STR-5")
  void whatWasFoundEmptyIsNotAskedAgainInTheSameTurn(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      assertThat(now(peer.stream().readBytes(3))).isEqualTo("abc");
      var pending = peer.stream().readBytes(1);
      assertThat(peer.near().statistics().reads()).isEqualTo(1);
      peer.send("d");
      assertThat(text(pending)).isEqualTo("d");
      assertThat(peer.near().statistics().reads()).isEqualTo(2);
    }
  }

  @LoopTest
  @Tag("STR-5")
  void onlyThenItWaits(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.near().stall(true);
      var pending = peer.stream().readBytes(1);
      peer.send("abc");
      turns();
      assertThat(pending.isDone()).isFalse();
      peer.near().stall(false);
      assertThat(text(pending)).isEqualTo("a");
    }
  }

  @LoopTest
  @Tag("STR-6")
  void aReadThatIsSatisfiedAtOnceIsDoneAtReturn(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("ab\ncd;efghij");
      assertThat(peer.stream().readUntil("\n").isDone()).isTrue();
      assertThat(peer.stream().readUntilRegex(";").isDone()).isTrue();
      assertThat(peer.stream().readBytes(1).isDone()).isTrue();
      assertThat(peer.stream().readPartial(1).isDone()).isTrue();
      assertThat(peer.stream().readInto(ByteBuffer.allocate(1)).isDone()).isTrue();
      assertThat(peer.stream().readInto(ByteBuffer.allocate(9), true).isDone()).isTrue();
    }
  }

  @LoopTest
  @Tag("STR-6")
  void itsCallbackRunsLaterAllTheSame(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      var order = new ArrayList<String>();
      loop.addCallback(() -> order.add("queued before"));
      peer.stream().readBytes(3).onComplete(_ -> order.add("read"));
      order.add("call returned");
      turns();
      assertThat(order).containsExactly("call returned", "queued before", "read");
    }
  }

  @LoopTest
  @Tag("STR-7")
  void surplusBytesServeTheNextReadOfAnyKind(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("one two\nthree;four");
      assertThat(now(peer.stream().readBytes(4))).isEqualTo("one ");
      assertThat(now(peer.stream().readUntil("\n"))).isEqualTo("two\n");
      assertThat(now(peer.stream().readPartial(2))).isEqualTo("th");
      assertThat(now(peer.stream().readUntilRegex("[;:]"))).isEqualTo("ree;");
      var target = ByteBuffer.allocate(3);
      assertThat(peer.stream().readInto(target).result()).isEqualTo(3);
      assertThat(target.array()).isEqualTo(ReadPeer.utf8("fou"));
      peer.end();
      assertThat(text(peer.stream().readUntilClose())).isEqualTo("r");
    }
  }

  @LoopTest
  @Tag("STR-7")
  void aMegabyteReadInARandomMixIsTheSameMegabyte(IOLoop loop) throws IOException {
    var random = new Random(7);
    byte[] sent = new byte[1 << 20];
    random.nextBytes(sent);
    var received = new ByteArrayOutputStream();
    try (var peer = ReadPeer.of(loop)) {
      var sender =
          loop.spawn(
              () -> {
                peer.sendAll(sent);
                return null;
              });
      while (received.size() < sent.length) {
        int count = Math.min(random.nextInt(1, 9999), sent.length - received.size());
        received.write(readSomehow(peer.stream(), count, random));
      }
      sender.await();
    }
    assertThat(received.toByteArray()).isEqualTo(sent);
  }

  private static byte[] readSomehow(IOStream stream, int count, Random random) {
    var target =
        random.nextBoolean() ? ByteBuffer.allocate(count) : ByteBuffer.allocateDirect(count);
    return switch (random.nextInt(4)) {
      case 0 -> stream.readBytes(count).await();
      case 1 -> stream.readPartial(count).await();
      case 2 -> bytesOf(target, stream.readInto(target).await());
      default -> bytesOf(target, stream.readInto(target, true).await());
    };
  }

  private static byte[] bytesOf(ByteBuffer target, int count) {
    byte[] bytes = new byte[count];
    assertThat(target.position()).isEqualTo(count);
    target.flip().get(bytes);
    return bytes;
  }

  @LoopTest
  void resultsBelongToTheCaller(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("aaabbb");
      byte[] first = peer.stream().readBytes(3).await();
      List.of(0, 1, 2).forEach(i -> first[i] = 'x');
      assertThat(text(peer.stream().readBytes(3))).isEqualTo("bbb");
    }
  }
}
