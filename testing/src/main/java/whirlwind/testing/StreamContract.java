// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.stream.BaseIOStream;
import whirlwind.stream.StreamBufferFullException;
import whirlwind.stream.StreamClosedException;
import whirlwind.stream.StreamLimits;
import whirlwind.stream.StreamLimits.Overflow;
import whirlwind.stream.UnsatisfiableReadException;
import whirlwind.testing.LoopTest.Time;

/**
 * What every stream must do, whatever is below it, as a suite: a test class of one kind of stream
 * extends it and says how two of them are connected.
 *
 * <p>It asks for one who reads and one who writes, so that a pipe will do. Where the connection
 * goes both ways, the suite tries that, too.
 */
public abstract class StreamContract {

  /** More than any kernel takes of a connection that nobody reads from. */
  private static final int MUCH = 16 << 20;

  private static final Duration SHORTLY = Duration.ofMillis(20);

  /** More turns than anything needs that is about to happen. */
  private static final int TURNS = 20;

  private static final StreamLimits DEFAULTS = StreamLimits.defaults();

  /** For the suite of one kind of stream. */
  protected StreamContract() {}

  /**
   * Two ends of a new connection.
   *
   * @param reader reads what {@code writer} writes
   */
  public record Ends(BaseIOStream reader, BaseIOStream writer) implements AutoCloseable {
    @Override
    public void close() {
      reader.close();
      writer.close();
    }

    private void send(String text) {
      writer.write(text).await();
    }
  }

  /** A connected stream, and how its peer breaks the connection. */
  public record Doomed(BaseIOStream stream, TransportContract.Step reset) {}

  /** Two ends of a new connection, of which each may still be in a handshake. */
  protected abstract Ends connect(IOLoop loop, StreamLimits reader, StreamLimits writer)
      throws Exception;

  /** A stream that can be reset; null when there is no such thing. */
  protected @Nullable Doomed doomed(IOLoop loop) throws Exception {
    return null;
  }

  /** Whether either end can write to the other. */
  protected boolean isDuplex() {
    return true;
  }

  /** Whether an end that has shut down its output still gets what the other one writes. */
  protected boolean hasHalfClose() {
    return isDuplex();
  }

  private Ends connect(IOLoop loop) throws Exception {
    return connect(loop, DEFAULTS, DEFAULTS);
  }

  private static void settle() {
    for (int turn = 0; turn < TURNS; turn++) {
      Futures.moment().await();
    }
  }

  private static String text(Future<byte[]> read) {
    return new String(read.await(), UTF_8);
  }

  private static byte[] random(int count) {
    var bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private static StreamClosedException closedBy(Future<?> operation) {
    return catchThrowableOfType(StreamClosedException.class, operation::await);
  }

  // ---------------------------------------------------------------- every kind of read

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-15")
  void readBytesGivesExactlyTheCount(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var read = ends.reader().readBytes(5);
      ends.send("abc");
      settle();
      assertThat(read.isDone()).isFalse();
      ends.send("defgh");
      assertThat(text(read)).isEqualTo("abcde");
      assertThat(text(ends.reader().readBytes(3))).isEqualTo("fgh");
      assertThat(text(ends.reader().readBytes(0))).isEmpty();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-18")
  void readPartialGivesWhatThereIs(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var read = ends.reader().readPartial(100);
      settle();
      assertThat(read.isDone()).isFalse();
      ends.send("abc");
      assertThat(text(read)).isEqualTo("abc");
      ends.send("defgh");
      assertThat(text(ends.reader().readPartial(2))).isEqualTo("de");
      assertThat(text(ends.reader().readPartial(2))).isEqualTo("fg");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-25")
  @Tag("STR-7")
  void readUntilLeavesWhatFollows(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      ends.send("one\ntwo\nthree");
      assertThat(text(ends.reader().readUntil("\n"))).isEqualTo("one\n");
      assertThat(text(ends.reader().readUntil("\n"))).isEqualTo("two\n");
      assertThat(text(ends.reader().readBytes(5))).isEqualTo("three");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-26")
  void aDelimiterInCrumbsIsFound(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var read = ends.reader().readUntil("\r\n\r\n");
      for (var crumb : "a\r\nb\r\n\r\nc".split("")) {
        ends.send(crumb);
        settle();
      }
      assertThat(text(read)).isEqualTo("a\r\nb\r\n\r\n");
      assertThat(text(ends.reader().readBytes(1))).isEqualTo("c");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-27")
  void theDelimiterMayEndAtTheLimit(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      ends.send("abc\n");
      assertThat(text(ends.reader().readUntil("\n", 4))).isEqualTo("abc\n");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-29")
  @Tag("STR-30")
  void aDelimiterBeyondTheLimitClosesTheStream(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      ends.send("abcd\n");
      assertThat(closedBy(ends.reader().readUntil("\n", 4)).realError())
          .isInstanceOf(UnsatisfiableReadException.class)
          .isSameAs(ends.reader().error());
      assertThat(ends.reader().closed()).isTrue();
      assertThat(text(ends.reader().readBytes(4))).isEqualTo("abcd");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-25")
  void readUntilRegexFindsItsMatch(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var read = ends.reader().readUntilRegex("[0-9]+;");
      ends.send("abc12");
      settle();
      assertThat(read.isDone()).isFalse();
      ends.send("34;x");
      assertThat(text(read)).isEqualTo("abc1234;");
      assertThat(text(ends.reader().readUntilRegex("x", 1))).isEqualTo("x");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-29")
  void aMatchBeyondTheLimitClosesTheStream(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      ends.send("abcd;");
      assertThat(closedBy(ends.reader().readUntilRegex(";", 4)).realError())
          .isInstanceOf(UnsatisfiableReadException.class);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-36")
  @Tag("STR-37")
  @Tag("STR-41")
  void readIntoFillsTheCallersBuffer(IOLoop loop) throws Exception {
    for (var target : List.of(ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8))) {
      try (var ends = connect(loop)) {
        ends.send("!ab");
        assertThat(text(ends.reader().readBytes(1))).isEqualTo("!");
        var read = ends.reader().readInto(target.limit(6));
        settle();
        assertThat(read.isDone()).isFalse();
        ends.send("cdefghi");
        assertThat(read.await()).isEqualTo(6);
        assertThat(UTF_8.decode(target.flip()).toString()).isEqualTo("abcdef");
        assertThat(target.limit(8).get(7)).as("beyond the limit").isZero();
        assertThat(text(ends.reader().readBytes(3))).isEqualTo("ghi");
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-38")
  void readIntoIsSatisfiedWithAPartIfTold(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var target = ByteBuffer.allocate(8);
      var read = ends.reader().readInto(target, true);
      ends.send("abc");
      assertThat(read.await()).isEqualTo(3);
      assertThat(target.position()).isEqualTo(3);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-43")
  void readUntilCloseGivesAll(IOLoop loop) throws Exception {
    byte[] sent = random(300_000);
    try (var ends = connect(loop)) {
      var read = ends.reader().readUntilClose();
      ends.writer().write(sent).await();
      ends.writer().close();
      assertThat(read.await()).isEqualTo(sent);
      assertThat(ends.reader().closed()).isTrue();
      assertThat(ends.reader().error()).isNull();
      assertThat(text(ends.reader().readUntilClose())).isEmpty();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-21")
  @Tag("STR-48")
  void chunksComeInOrderAndTheirConsumerMayAwait(IOLoop loop) throws Exception {
    byte[] sent = random(500_000);
    try (var ends = connect(loop)) {
      var received = new ByteArrayOutputStream();
      var count =
          ends.reader()
              .readBytes(
                  100_001,
                  chunk -> {
                    Futures.moment().await();
                    received.writeBytes(chunk);
                  });
      ends.writer().write(sent).onComplete(_ -> ends.writer().close());
      assertThat(count.await()).isEmpty();
      assertThat(received.size()).isEqualTo(100_001);
      assertThat(ends.reader().readUntilClose(received::writeBytes).await()).isEmpty();
      assertThat(received.toByteArray()).isEqualTo(sent);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-7")
  void readsOfAllKindsTakeTurns(IOLoop loop) throws Exception {
    byte[] sent = random(1 << 20);
    try (var ends = connect(loop)) {
      var write = ends.writer().write(sent);
      var random = new Random(7);
      var received = new ByteArrayOutputStream();
      while (received.size() < sent.length) {
        int most = Math.min(sent.length - received.size(), 1 + random.nextInt(30_000));
        received.writeBytes(readAnyhow(ends.reader(), most, random));
      }
      write.await();
      assertThat(received.toByteArray()).isEqualTo(sent);
    }
  }

  private static byte[] readAnyhow(BaseIOStream from, int most, Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> from.readBytes(most).await();
      case 1 -> from.readPartial(most).await();
      case 2 -> {
        var target = ByteBuffer.allocate(most);
        from.readInto(target).await();
        yield target.array();
      }
      case 3 -> {
        var target = ByteBuffer.allocateDirect(most);
        var bytes = new byte[from.readInto(target, true).await()];
        target.flip().get(bytes);
        yield bytes;
      }
      default -> {
        var bytes = new ByteArrayOutputStream();
        from.readBytes(most, bytes::writeBytes).await();
        yield bytes.toByteArray();
      }
    };
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-3")
  @Tag("STR-8")
  void thereIsOneReadAtATime(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var read = ends.reader().readBytes(1);
      assertThat(ends.reader().reading()).isTrue();
      assertThatIllegalStateException()
          .isThrownBy(() -> ends.reader().readBytes(1))
          .withMessageContaining("Already reading");
      ends.send("x");
      assertThat(text(read)).isEqualTo("x");
      assertThat(ends.reader().reading()).isFalse();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-13")
  void manySmallReadsAreFine(IOLoop loop) throws Exception {
    byte[] sent = random(50_000);
    try (var ends = connect(loop)) {
      ends.writer().write(sent);
      for (byte each : sent) {
        assertThat(ends.reader().readBytes(1).await()[0]).isEqualTo(each);
      }
    }
  }

  // ---------------------------------------------------------------- limits

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-9")
  void boundedReadsOfMuchStayWithinTheBuffer(IOLoop loop) throws Exception {
    try (var ends = connect(loop, DEFAULTS.withMaxBufferSize(10 << 10), DEFAULTS)) {
      var line = "x".repeat(1023) + "\n";
      var write = ends.writer().write(line.repeat(200));
      for (int i = 0; i < 100; i++) {
        assertThat(ends.reader().readBytes(1024).await()).hasSize(1024);
        assertThat(text(ends.reader().readUntil("\n", 1024))).isEqualTo(line);
      }
      write.await();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-31")
  void moreThanTheBufferHoldsClosesTheStream(IOLoop loop) throws Exception {
    try (var ends = connect(loop, DEFAULTS.withMaxBufferSize(1000), DEFAULTS)) {
      var read = ends.reader().readUntil("\n");
      ends.writer().write("x".repeat(5000));
      assertThat(closedBy(read).realError()).isInstanceOf(StreamBufferFullException.class);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-42")
  void theCallersBufferIsNotLimited(IOLoop loop) throws Exception {
    try (var ends = connect(loop, DEFAULTS.withMaxBufferSize(1000), DEFAULTS)) {
      byte[] sent = random(50_000);
      var target = ByteBuffer.allocate(sent.length);
      ends.writer().write(sent);
      assertThat(ends.reader().readInto(target).await()).isEqualTo(sent.length);
      assertThat(target.array()).isEqualTo(sent);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-10")
  void whoeverNobodyReadsFromIsHeldBack(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var write = ends.writer().write(new byte[MUCH]);
      settle();
      assertThat(write.isDone()).isFalse();
      assertThat(ends.writer().writing()).isTrue();
      for (int left = MUCH; left > 0; left -= 1 << 20) {
        assertThat(ends.reader().readBytes(1 << 20).await()).hasSize(1 << 20);
      }
      write.await();
      assertThat(ends.writer().writing()).isFalse();
    }
  }

  /** A close callback makes a stream listen, but not to everything. */
  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-63")
  void whoeverOnlyWaitsForTheEndHoldsThePeerBackToo(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var closed = ends.reader().whenClosed();
      var write = ends.writer().write(new byte[MUCH]);
      settle();
      assertThat(write.isDone()).isFalse();
      write.onComplete(_ -> ends.writer().close());
      assertThat(ends.reader().readBytes(MUCH).await()).hasSize(MUCH);
      closed.await();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-55")
  void aWriteThatIsRefusedChangesNothing(IOLoop loop) throws Exception {
    var refusing = DEFAULTS.withMaxWriteBufferSize(64 << 10).withOverflow(Overflow.REFUSE);
    try (var ends = connect(loop, DEFAULTS, refusing)) {
      int accepted = writeUntilRefused(ends.writer());
      assertThat(ends.writer().closed()).isFalse();
      assertThat(ends.reader().readBytes(accepted).await()).hasSize(accepted);
      settle();
      ends.send("on we go");
      assertThat(text(ends.reader().readBytes(8))).isEqualTo("on we go");
    }
  }

  private static int writeUntilRefused(BaseIOStream writer) {
    var piece = new byte[32 << 10];
    for (int accepted = 0; accepted < 4 * MUCH; accepted += piece.length) {
      if (catchThrowable(() -> writer.write(piece)) instanceof StreamBufferFullException) {
        return accepted;
      }
    }
    throw new AssertionError("wanted a refusal, got none");
  }

  // ---------------------------------------------------------------- giving up

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-12")
  void aReadThatTimesOutKeepsTheBytes(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      ends.send("abc");
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> ends.reader().readBytes(6, SHORTLY).await());
      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> ends.reader().readUntil("\n", SHORTLY).await());
      assertThat(ends.reader().closed()).isFalse();
      ends.send("def");
      assertThat(text(ends.reader().readBytes(6, Duration.ofMinutes(1)))).isEqualTo("abcdef");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-12")
  void aReadThatIsCancelledKeepsTheBytes(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      ends.send("abc");
      var bytes = ends.reader().readBytes(10);
      settle();
      bytes.cancel();
      assertThatExceptionOfType(CancelledException.class).isThrownBy(bytes::await);
      var until = ends.reader().readUntil("\n");
      settle();
      until.cancel();
      assertThatExceptionOfType(CancelledException.class).isThrownBy(until::await);
      ends.send("\n");
      assertThat(text(ends.reader().readUntil("\n"))).isEqualTo("abc\n");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-12")
  void aReadIntoThatIsCancelledGivesItsBytesBack(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var target = ByteBuffer.allocate(10);
      var read = ends.reader().readInto(target);
      ends.send("abc");
      settle();
      read.cancel();
      assertThat(target.position()).isZero();
      ends.send("def");
      assertThat(text(ends.reader().readBytes(6))).isEqualTo("abcdef");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-61")
  void aWriteThatIsGivenUpIsSentNevertheless(IOLoop loop) throws Exception {
    try (var ends = connect(loop, DEFAULTS, DEFAULTS.withMaxWriteBufferSize(2 * MUCH))) {
      var late = ends.writer().write(new byte[MUCH], SHORTLY);
      var cancelled = ends.writer().write("cancelled");
      cancelled.cancel();
      assertThatExceptionOfType(TimeoutException.class).isThrownBy(late::await);
      var last = ends.writer().write("last");
      assertThat(ends.reader().readBytes(MUCH).await()).hasSize(MUCH);
      assertThat(text(ends.reader().readBytes(13))).isEqualTo("cancelledlast");
      last.await();
    }
  }

  // ---------------------------------------------------------------- writing

  /** Each record says who wrote it and which one it is. */
  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-50")
  @Tag("STR-51")
  void concurrentWritesKeepTheirOrder(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var called = new ArrayList<Integer>();
      var done = new ArrayList<Integer>();
      var writers = new ArrayList<Task<?>>();
      for (int writer = 0; writer < 10; writer++) {
        int first = writer * 300;
        writers.add(
            loop.spawn(
                () -> {
                  for (int id = first; id < first + 300; id++) {
                    writeRecord(ends.writer(), id, called, done).await();
                  }
                  return null;
                }));
      }
      var received = new ArrayList<Integer>();
      for (int i = 0; i < 3000; i++) {
        received.add(ByteBuffer.wrap(ends.reader().readBytes(5000).await()).getInt());
      }
      writers.forEach(Task::await);
      settle();
      assertThat(received).isEqualTo(called);
      assertThat(done).isEqualTo(called);
    }
  }

  private static Future<?> writeRecord(
      BaseIOStream to, int id, List<Integer> called, List<Integer> done) {
    called.add(id);
    return to.write(ByteBuffer.allocate(5000).putInt(id).rewind()).onComplete(_ -> done.add(id));
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-58")
  void theWritersArrayMayBeReusedAtOnce(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var bytes = new byte[MUCH];
      Arrays.fill(bytes, (byte) 'a');
      var write = ends.writer().write(bytes);
      Arrays.fill(bytes, (byte) '!');
      byte[] received = ends.reader().readBytes(MUCH).await();
      Arrays.fill(bytes, (byte) 'a');
      assertThat(Arrays.equals(received, bytes)).isTrue();
      write.await();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-50")
  void severalBuffersGoInOneWrite(IOLoop loop) throws Exception {
    byte[] sent = random(100_000);
    try (var ends = connect(loop)) {
      var pieces = new ByteBuffer[40];
      for (int i = 0; i < pieces.length; i++) {
        var piece = ByteBuffer.wrap(sent, i * 2500, 2500);
        pieces[i] = i % 2 == 0 ? piece : ByteBuffer.allocateDirect(2500).put(piece).flip();
      }
      var write = ends.writer().write(pieces);
      assertThat(pieces).noneMatch(ByteBuffer::hasRemaining);
      assertThat(ends.reader().readBytes(sent.length).await()).isEqualTo(sent);
      write.await();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-52")
  void aWriteOfNothingIsDoneAfterThoseBeforeIt(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      ends.writer().write("").await();
      var much = ends.writer().write(new byte[MUCH]);
      var nothing = ends.writer().write("");
      settle();
      assertThat(nothing.isDone()).isFalse();
      ends.reader().readBytes(MUCH).await();
      nothing.await();
      assertThat(much.isDone()).isTrue();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-60")
  void whatIsWrittenToAPeerThatHasClosedFails(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      ends.send("x");
      ends.reader().readBytes(1).await();
      ends.reader().close();
      var failure =
          catchThrowableOfType(
              StreamClosedException.class,
              () -> {
                while (true) {
                  ends.writer().write(new byte[100_000]).await();
                }
              });
      assertThat(failure.realError()).isInstanceOf(IOException.class);
      assertThat(ends.writer().closed()).isTrue();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-57")
  void muchGoesBothWaysAtOnce(IOLoop loop) throws Exception {
    assumeTrue(isDuplex(), "this connection goes one way");
    byte[] sent = random(3 << 20);
    try (var ends = connect(loop)) {
      var there = ends.writer().write(sent);
      var back = ends.reader().write(sent);
      var first = ends.reader().readBytes(sent.length);
      var second = ends.writer().readBytes(sent.length);
      assertThat(first.await()).isEqualTo(sent);
      assertThat(second.await()).isEqualTo(sent);
      there.await();
      back.await();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-5")
  void questionsAndAnswersTakeTurns(IOLoop loop) throws Exception {
    assumeTrue(isDuplex(), "this connection goes one way");
    try (var ends = connect(loop)) {
      for (int i = 0; i < 200; i++) {
        ends.send("question " + i + "\n");
        assertThat(text(ends.reader().readUntil("\n"))).isEqualTo("question " + i + "\n");
        ends.reader().write("answer " + i + "\n").await();
        assertThat(text(ends.writer().readUntil("\n"))).isEqualTo("answer " + i + "\n");
      }
    }
  }

  // ---------------------------------------------------------------- the end

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-64")
  void bytesBeforeTheEndComeFirst(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      ends.send("one\ntwo\nthree");
      ends.writer().close();
      assertThat(text(ends.reader().readUntil("\n"))).isEqualTo("one\n");
      assertThat(text(ends.reader().readUntil("\n"))).isEqualTo("two\n");
      assertThat(text(ends.reader().readUntilClose())).isEqualTo("three");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-20")
  @Tag("STR-71")
  void anEarlyEndFailsTheReadAndLeavesItsBytes(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var read = ends.reader().readBytes(10);
      ends.send("abcdef");
      ends.writer().close();
      assertThat(closedBy(read).realError()).as("after a clean end").isNull();
      assertThat(ends.reader().closed()).isTrue();
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(() -> ends.reader().readBytes(7));
      assertThat(text(ends.reader().readBytes(2))).isEqualTo("ab");
      assertThat(text(ends.reader().readUntilClose())).isEqualTo("cdef");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-65")
  void shutdownOutputFollowsWhatWasWritten(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var write = ends.writer().write(new byte[MUCH]);
      ends.writer().shutdownOutput();
      ends.writer().shutdownOutput(); // a second one does nothing
      assertThatIllegalStateException()
          .isThrownBy(() -> ends.writer().write("x"))
          .withMessageContaining("shutdownOutput");
      assertThat(ends.reader().readUntilClose().await()).hasSize(MUCH);
      assertThat(ends.reader().error()).isNull();
      write.await();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-65")
  void aReplyFollowsTheEndOfTheRequest(IOLoop loop) throws Exception {
    assumeTrue(hasHalfClose(), "one end of this connection ends both");
    try (var ends = connect(loop)) {
      ends.reader().setAllowHalfClose(true);
      ends.writer().write("request");
      ends.writer().shutdownOutput();
      assertThat(text(ends.reader().readUntilClose())).isEqualTo("request");
      assertThat(ends.reader().inputEnded()).isTrue();
      assertThat(ends.reader().closed()).isFalse();
      ends.reader().write("reply");
      ends.reader().shutdownOutput();
      assertThat(text(ends.writer().readUntilClose())).isEqualTo("reply");
      assertThat(ends.writer().closed()).isTrue();
      assertThat(ends.reader().closed()).isFalse();
      ends.reader().close();
      assertThat(List.of(ends.reader(), ends.writer())).allMatch(end -> end.error() == null);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-66")
  @Tag("STR-67")
  @Tag("STR-70")
  void closeFailsAllThatIsOutstandingWithItsCause(IOLoop loop) throws Exception {
    for (var cause : new @Nullable Throwable[] {null, new IllegalArgumentException("the cause")}) {
      try (var ends = connect(loop)) {
        ends.send("x");
        ends.reader().readBytes(1).await();
        var read = ends.reader().readBytes(1);
        var write = ends.writer().write(new byte[MUCH]);
        var behind = ends.writer().write("x");
        assertThat(read.await()).hasSize(1);
        var pending = ends.reader().readBytes(MUCH + 1);
        for (var end : List.of(ends.reader(), ends.writer())) {
          end.close(cause);
          end.close(new IllegalArgumentException("another"));
          assertThat(end.closed()).isTrue();
          assertThat(end.error()).isSameAs(cause);
        }
        for (var failed : List.of(pending, write, behind)) {
          assertThat(closedBy(failed).realError()).isSameAs(cause);
        }
        assertThatExceptionOfType(StreamClosedException.class)
            .isThrownBy(() -> ends.writer().write("x"));
      }
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void hasMoreTellsMessagesFromTheEnd(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var more = ends.reader().hasMore();
      settle();
      assertThat(more.isDone()).isFalse();
      ends.send("one\ntwo\n");
      assertThat(more.await()).isTrue();
      ends.writer().close();
      var lines = new ArrayList<String>();
      while (ends.reader().hasMore().await()) {
        lines.add(text(ends.reader().readUntil("\n")));
      }
      assertThat(lines).containsExactly("one\n", "two\n");
      assertThat(ends.reader().error()).isNull();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-10")
  void copyToPassesOnAllThatComesAsFastAsItIsRead(IOLoop loop) throws Exception {
    try (var from = connect(loop);
        var to = connect(loop)) {
      var sent = random(MUCH);
      var written = from.writer().write(sent);
      written.onComplete(_ -> from.writer().close());
      var copy = from.reader().copyTo(to.writer());
      settle();
      assertThat(written.isDone()).isFalse();
      assertThat(to.reader().readBytes(MUCH).await()).isEqualTo(sent);
      assertThat(copy.await()).isEqualTo(MUCH);
      assertThat(to.writer().closed()).isFalse();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-45")
  void aLocalCloseEndsReadUntilClose(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var read = ends.reader().readUntilClose();
      ends.send("so far");
      settle();
      ends.reader().close();
      assertThat(text(read)).isEqualTo("so far");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-72")
  void theCloseCallbackComesOnceAndLast(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var events = new ArrayList<String>();
      ends.reader().setCloseCallback(() -> events.add("closed"));
      ends.reader().readUntil("\n").onComplete(_ -> events.add("read"));
      var over = ends.reader().whenClosed();
      ends.send("line\n");
      ends.writer().close();
      over.await();
      settle();
      ends.reader().close();
      settle();
      assertThat(events).containsExactly("read", "closed");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-62")
  void anIdleStreamNoticesThePeersClose(IOLoop loop) throws Exception {
    try (var ends = connect(loop)) {
      var noticed = ends.reader().whenClosed();
      ends.send("last words");
      ends.writer().close();
      assertThat(text(ends.reader().readBytes(10))).isEqualTo("last words");
      noticed.await();
      assertThat(ends.reader().error()).isNull();
    }
  }

  // ---------------------------------------------------------------- a connection that breaks

  private Doomed doomedOrSkipped(IOLoop loop) throws Exception {
    var doomed = doomed(loop);
    assumeTrue(doomed != null, "this connection is never reset");
    return Objects.requireNonNull(doomed);
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-46")
  @Tag("STR-77")
  void aResetIsNoEndOfTheInput(IOLoop loop) throws Exception {
    var doomed = doomedOrSkipped(loop);
    var read = doomed.stream().readUntilClose();
    doomed.reset().run();
    assertThat(closedBy(read).realError())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset")
        .isSameAs(doomed.stream().error());
    assertThat(doomed.stream().inputEnded()).isFalse();
  }

  @LoopTest(clock = Time.SYSTEM)
  void aResetIsNoEndOfTheMessages(IOLoop loop) throws Exception {
    var doomed = doomedOrSkipped(loop);
    var more = doomed.stream().hasMore();
    doomed.reset().run();
    assertThat(closedBy(more).realError()).hasMessageContaining("reset");
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-78")
  void anIdleStreamNoticesAReset(IOLoop loop) throws Exception {
    var doomed = doomedOrSkipped(loop);
    var noticed = doomed.stream().whenClosed();
    doomed.reset().run();
    noticed.await();
    assertThat(doomed.stream().error()).hasMessageContaining("reset");
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-60")
  void aResetFailsAllWritesSilently(IOLoop loop) throws Exception {
    var doomed = doomedOrSkipped(loop);
    var waiting = doomed.stream().write(new byte[MUCH]);
    var behind = doomed.stream().write("x");
    doomed.reset().run();
    assertThat(closedBy(waiting).realError()).isInstanceOf(IOException.class);
    assertThat(closedBy(behind).realError()).isSameAs(doomed.stream().error());
  }
}
