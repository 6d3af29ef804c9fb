// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.TimeoutException;
import whirlwind.io.Interest;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class WriteTest {

  private final List<String> events = new ArrayList<>();

  @LoopTest
  @Tag("STR-50")
  void isTriedAtOnce(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 100)) {
      var written = pair.stream().write("hello");

      assertThat(written.isDone()).isTrue();
      assertThat(written.result()).isNull();
      assertThat(pair.take()).isEqualTo("hello");
    }
  }

  @LoopTest
  @Tag("STR-50")
  void neverReorders(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 50)) {
      var random = new Random(42);
      var expected = new StringBuilder();
      var received = new StringBuilder();
      for (int i = 0; i < 2000; i++) {
        pair.near().maxWrite(1 + random.nextInt(20));
        var text = Integer.toString(i, 36).repeat(random.nextInt(8));
        expected.append(text);
        writeInOneOfManyWays(pair.stream(), text, random);
        if (random.nextInt(4) == 0) {
          received.append(pair.take(random.nextInt(60)));
        }
        if (random.nextInt(10) == 0) {
          ConnectedPair.settle();
        }
      }
      received.append(pair.takeAll());

      assertThat(received.toString()).isEqualTo(expected.toString());
    }
  }

  private static void writeInOneOfManyWays(IOStream stream, String text, Random random) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    int half = bytes.length / 2;
    switch (random.nextInt(4)) {
      case 0 -> stream.write(text);
      case 1 -> stream.write(bytes);
      case 2 -> stream.write(bytes, Duration.ofDays(1));
      default ->
          stream.write(
              ByteBuffer.wrap(bytes, 0, half), ByteBuffer.wrap(bytes, half, bytes.length - half));
    }
  }

  @LoopTest
  @Tag("STR-51")
  void eachIsDoneWhenItsOwnLastByteIsSent(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10)) {
      var first = pair.stream().write("123456");
      var second = pair.stream().write("abcdef");
      var third = pair.stream().write("ABCDEF");
      ConnectedPair.settle();
      assertThat(first.isDone()).isTrue();
      assertThat(second.isDone()).isFalse();

      pair.take(1);
      ConnectedPair.settle();
      assertThat(second.isDone()).as("with one byte left").isFalse();

      pair.take(1);
      second.await();
      assertThat(third.isDone()).isFalse();

      pair.take(6);
      third.await();
    }
  }

  @LoopTest
  @Tag("STR-51")
  void oneThatHadToLetOthersGoFirstIsStillDoneInTurn(IOLoop loop) {
    var transport = new WriteScript();
    var stream = new IOStream(loop, transport, StreamLimits.defaults());
    Future<?> lastSent;
    do { // more of them than one turn completes at once
      lastSent = stream.write("x");
    } while (lastSent.isDone());
    transport.room(0);
    var lastQueued = stream.write("y");
    lastSent.onComplete(_ -> events.add("sent"));
    lastQueued.onComplete(_ -> events.add("queued"));

    transport.room(1);
    transport.ready(Interest.WRITE);
    lastQueued.await();
    ConnectedPair.settle();

    assertThat(events).containsExactly("sent", "queued");
    stream.close();
  }

  @LoopTest
  @Tag("STR-51")
  void oneOfTheNextTurnIsNotDoneBeforeThem(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10_000)) {
      loop.addCallback(() -> pair.stream().write("next").onComplete(_ -> events.add("next")));
      Future<?> last;
      do { // more of them than one turn completes at once
        last = pair.stream().write("x");
      } while (last.isDone());
      last.onComplete(_ -> events.add("last"));
      ConnectedPair.settle();

      assertThat(events).containsExactly("last", "next");
    }
  }

  @LoopTest
  @Tag("STR-51")
  void whatTheTransportHasIsDoneAlthoughTheStreamCloses(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10_000)) {
      var written = new ArrayList<Future<?>>();
      for (int i = 0; i < 1000; i++) {
        written.add(pair.stream().write("x"));
      }
      pair.stream().close();
      ConnectedPair.settle();

      assertThat(written).allSatisfy(write -> assertThat(write.exception()).isNull());
    }
  }

  @LoopTest
  @Tag("STR-52")
  void ofNothingIsDoneAtOnceWhenNothingWaits(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10)) {
      assertThat(pair.stream().write(new byte[0]).isDone()).isTrue();
      assertThat(pair.stream().write(new ByteBuffer[0]).isDone()).isTrue();
      assertThat(pair.stream().write("").isDone()).isTrue();
      assertThat(pair.stream().writing()).isFalse();

      ConnectedPair.settle();
      assertThat(pair.near().statistics().reports()).as("calls for nothing").isZero();
    }
  }

  @LoopTest
  @Tag("STR-52")
  void ofNothingWaitsForTheEarlierOnes(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10)) {
      pair.stream().write("0123456789AB");
      var nothing = pair.stream().write(new byte[0]);
      pair.take(1);
      ConnectedPair.settle();
      assertThat(nothing.isDone()).isFalse();

      pair.take(1);
      nothing.await();
      assertThat(pair.stream().writing()).isFalse();
    }
  }

  @LoopTest
  @Tag("STR-53")
  void toAClosedStreamThrowsEvenForNothing(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10)) {
      var cause = new IllegalArgumentException("the cause");
      pair.stream().close(cause);

      for (ThrowingCallable write :
          List.<ThrowingCallable>of(
              () -> pair.stream().write("x"),
              () -> pair.stream().write(""),
              () -> pair.stream().write(new byte[0]),
              () -> pair.stream().write(new byte[1], Duration.ZERO),
              () -> pair.stream().write(ByteBuffer.allocate(0)),
              () -> pair.stream().write(new ByteBuffer[0]))) {
        assertThatExceptionOfType(StreamClosedException.class)
            .isThrownBy(write)
            .satisfies(thrown -> assertThat(thrown.realError()).isSameAs(cause));
      }
    }
  }

  @LoopTest
  @Tag("STR-54")
  void callbacksRunLaterAndOnceEach(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      pair.stream().write("1234").onComplete(_ -> events.add("inline"));
      pair.stream().write("56").onComplete(_ -> events.add("first"));
      pair.stream().write("78").onComplete(_ -> events.add("second"));
      assertThat(events).as("inside the calls").isEmpty();

      ConnectedPair.settle();
      assertThat(events).containsExactly("inline");

      assertThat(pair.takeAll()).isEqualTo("12345678");
      assertThat(events).containsExactly("inline", "first", "second");
    }
  }

  @LoopTest
  @Tag("STR-56")
  void writingSaysWhetherBytesWait(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      pair.stream().write("1234");
      assertThat(pair.stream().writing()).isFalse();

      var waiting = pair.stream().write("5");
      assertThat(pair.stream().writing()).isTrue();
      assertThat(pair.stream().toString()).contains("writing");

      pair.take(1);
      waiting.await();
      assertThat(pair.stream().writing()).isFalse();
    }
  }

  @LoopTest
  @Tag("STR-58")
  void theCallersMemoryMayBeReusedAtOnce(IOLoop loop) {
    for (int size : new int[] {3, 5000, 300_000}) {
      try (var pair = ConnectedPair.of(loop, 1000)) {
        pair.stream().write("-".repeat(1000)); // no room any more
        var array = filled(size, 'a');
        pair.stream().write(array);
        Arrays.fill(array, (byte) '!');
        var direct = ByteBuffer.allocateDirect(size).put(filled(size, 'b')).flip();
        pair.stream().write(direct);
        direct.clear().put(filled(size, '!'));

        assertThat(pair.takeAll())
            .isEqualTo("-".repeat(1000) + "a".repeat(size) + "b".repeat(size));
      }
    }
  }

  private static byte[] filled(int size, char value) {
    var bytes = new byte[size];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @LoopTest
  @Tag("STR-59")
  void buffersCountByTheirRemainingBytes(IOLoop loop) {
    var five =
        StreamLimits.defaults()
            .withMaxWriteBufferSize(5)
            .withOverflow(StreamLimits.Overflow.REFUSE);
    try (var pair = ConnectedPair.of(loop, 3, five)) {
      var array = ByteBuffer.wrap("xxabxx".getBytes(StandardCharsets.US_ASCII), 2, 2);
      var wide = ByteBuffer.allocateDirect(8);
      wide.asIntBuffer().put(0x63646578); // "cdex"
      wide.limit(3);
      var readOnly = ByteBuffer.wrap(new byte[100]).limit(0).slice().asReadOnlyBuffer();
      var written = pair.stream().write(array, wide, readOnly);

      assertThat(List.of(array, wide, readOnly)).noneMatch(ByteBuffer::hasRemaining);
      assertThat(wide.limit()).isEqualTo(3);
      assertThat(written.isDone()).isFalse();
      assertThat(pair.takeAll()).isEqualTo("abcde");
      assertThat(written.isDone()).isTrue();
    }
  }

  @LoopTest
  @Tag("STR-61")
  void cancellingWithdrawsNothing(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      var first = pair.stream().write("123456");
      var second = pair.stream().write("78");

      assertThat(first.cancel()).isTrue();
      assertThat(pair.takeAll()).isEqualTo("12345678");
      assertThat(catchThrowable(first::await)).isInstanceOf(CancelledException.class);
      assertThat(second.exception()).isNull();
    }
  }

  /** What would be logged here fails the test: at the latest when its loop closes. */
  @LoopTest
  @Tag("STR-61")
  void aFailureThatNobodyLooksAtMakesNoNoise(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      pair.stream().write("12345678");
      pair.stream().write("9");
    }
  }

  @LoopTest
  void aDeadlineGivesUpTheFutureAlone(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      double before = loop.time();
      var late = pair.stream().write("12345678", Duration.ofHours(1));

      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(late::await)
          .withMessageContaining("write")
          .withMessageContaining("3600 s");
      assertThat(loop.time() - before).isEqualTo(3600);
      assertThat(pair.stream().writing()).isTrue();
      assertThat(pair.stream().closed()).isFalse();

      var next = pair.stream().write("9".getBytes(StandardCharsets.US_ASCII), Duration.ofHours(1));
      assertThat(pair.takeAll()).isEqualTo("123456789");
      next.await();
    }
  }

  @LoopTest
  void aDeadlineThatHasPassedExpiresUnlessTheBytesAreAway(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      assertThat(pair.stream().write("123", Duration.ZERO).exception()).isNull();
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> pair.stream().write("456", Duration.ofSeconds(-1)).await());
      assertThat(loop.time()).isZero();
    }
  }
}
