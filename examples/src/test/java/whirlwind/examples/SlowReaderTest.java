// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;

/** Somebody who does not read: it costs him his place, and nobody else anything. */
class SlowReaderTest {
  private static final int BACKLOG = 100_000;
  private static final int CAPACITY = 4096;
  private static final String LINE = "x".repeat(1000);

  @LoopTest
  void isToldAndDroppedWhileTheOthersGoOnWithoutWaiting(IOLoop loop) {
    try (var house = new House(ChatOptions.parse("--backlog", "" + BACKLOG))) {
      var talker = house.guest("talker");
      var reader = house.guest("reader");
      var slow = house.stranger(CAPACITY);
      talker.hearsUntil(".* guest3 joined lobby");
      reader.hearsUntil(".* guest3 joined lobby");
      int said = 0;
      for (String heard = ""; !heard.equals("* guest3 left lobby"); heard = reader.line()) {
        talker.says(LINE);
        said++;
      }
      assertThat(said).isBetween(BACKLOG / LINE.length(), 2 * BACKLOG / LINE.length());
      assertThat(loop.time()).as("time stands still as long as nobody waits").isZero();

      var heardBySlow = slow.hearsToTheEnd();
      assertThat(heardBySlow.getLast())
          .isEqualTo("* You read too slowly: more than " + BACKLOG + " bytes wait.");
      int bytes = heardBySlow.stream().mapToInt(line -> line.length() + 1).sum();
      assertThat(bytes).as("what was with him, or on its way").isLessThan(CAPACITY + BACKLOG / 2);
    }
  }

  @LoopTest
  void isCutOffAfterAWhileIfHeDoesNotEvenReadThat(IOLoop loop) {
    try (var house = new House(ChatOptions.parse("--backlog", "" + BACKLOG))) {
      var talker = house.guest("talker");
      var slow = house.stranger(CAPACITY);
      for (String heard = ""; !heard.equals("* guest2 left lobby"); heard = talker.line()) {
        talker.says(LINE);
      }
      assertThat(loop.time()).isZero();
      house.awaitEndOf(slow);
      assertThat(loop.time()).isEqualTo(5);
    }
  }

  @LoopTest
  void theOutboxNeverHoldsMoreThanItMay(IOLoop loop) {
    var ends = MemoryTransport.pair(loop, 10);
    var stream = new IOStream(loop, ends.near(), StreamLimits.defaults());
    var reader = new IOStream(loop, ends.far(), StreamLimits.defaults());
    var outbox = new Outbox(stream, 100);
    var line = "0123456789".getBytes(StandardCharsets.US_ASCII);
    int taken = 0;
    for (int i = 0; i < 50; i++) {
      taken += outbox.add(line) ? 1 : 0;
      Futures.moment().await();
      assertThat(outbox.bytes()).isLessThanOrEqualTo(100);
    }
    assertThat(taken).as("10 bytes are with the other end, 100 wait").isEqualTo(11);
    assertThat(outbox.add(line)).isFalse();
    reader.readBytes(110).await();
    while (outbox.bytes() > 0) {
      Futures.moment().await();
    }
    assertThat(outbox.add(line)).isTrue();
    outbox.close();
    outbox.sent().await();
    assertThat(outbox.bytes()).isZero();
    stream.close();
    reader.close();
  }
}
