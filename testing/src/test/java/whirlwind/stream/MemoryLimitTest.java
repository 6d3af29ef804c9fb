// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MemoryBudget;
import whirlwind.loop.MemoryLimit;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.ManualClock;
import whirlwind.testing.MemoryTransport;
import whirlwind.tls.TlsPair;

/** What the streams of a loop hold together, and what happens when that is too much. */
@ExtendWith(LogRecorderExtension.class)
class MemoryLimitTest {
  private static final int KIB = 1024;
  private static final int GUARANTEED = MemoryBudget.GUARANTEED_BYTES;
  private static final long LIMIT = 1024 * KIB;
  private static final String BEYOND = "hold .* bytes, more than the limit of " + LIMIT;
  private static final String WITHIN = "no more than " + LIMIT * 3 / 4;

  /** Two ends of a connection; the near one is what is measured, and has the limits. */
  private record Ends(IOStream near, IOStream far) {}

  private final List<IOStream> opened = new ArrayList<>();
  private boolean tls;

  private void run(boolean overTls, Consumer<IOLoop> test) {
    run(overTls, MemoryLimit.of(LIMIT), test);
  }

  private void run(boolean overTls, MemoryLimit limit, Consumer<IOLoop> test) {
    tls = overTls;
    var options =
        LoopOptions.defaults()
            .withClock(new ManualClock())
            .withTrackResources(true)
            .withMemoryLimit(limit);
    IOLoop.run(
        options,
        () -> {
          var loop = IOLoop.current();
          try {
            test.accept(loop);
          } finally {
            opened.forEach(IOStream::close);
          }
          settle();
          assertThat(held(loop)).as("when all are closed").isZero();
          return null;
        });
  }

  private static long held(IOLoop loop) {
    return loop.io().memory().heldBytes();
  }

  private Ends connect(IOLoop loop) {
    var limits = StreamLimits.defaults();
    var memory = MemoryTransport.pair(loop, 100 * KIB);
    var ends =
        tls
            ? new Ends(
                new SSLIOStream(loop, memory.near(), TlsPair.SERVER, limits),
                new SSLIOStream(loop, memory.far(), TlsPair.CLIENT, limits))
            : new Ends(
                new IOStream(loop, memory.near(), limits),
                new IOStream(loop, memory.far(), limits));
    if (tls) {
      ((SSLIOStream) ends.near()).waitForHandshake().await();
      ((SSLIOStream) ends.far()).waitForHandshake().await();
    }
    opened.add(ends.near());
    opened.add(ends.far());
    return ends;
  }

  /** Sends for ever, a little at a time, so that it holds little itself. */
  private static void flood(IOLoop loop, IOStream from) {
    loop.spawn(
        () -> {
          try {
            while (true) {
              from.write(new byte[8 * KIB]).await();
            }
          } catch (StreamClosedException _) {
            return null;
          }
        });
  }

  private static void settle() {
    for (int turn = 0; turn < 500; turn++) {
      Futures.moment().await();
    }
  }

  // ---------------------------------------------------------------- the account

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWaitsToBeReadCounts(boolean overTls) {
    run(
        overTls,
        loop -> {
          var ends = connect(loop);
          var read = ends.near().readBytes(50 * KIB);
          ends.far().write(new byte[40 * KIB]).await();
          settle();
          assertThat(ends.near().bufferedBytes()).isBetween(40L * KIB, 90L * KIB);
          assertThat(held(loop))
              .isEqualTo(ends.near().bufferedBytes() + ends.far().bufferedBytes());
          ends.far().write(new byte[10 * KIB]).await();
          read.await();
          settle();
          assertThat(held(loop)).isZero();
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatWaitsToBeSentCounts(boolean overTls) {
    run(
        overTls,
        loop -> {
          var ends = connect(loop);
          var write = ends.near().write(new byte[300 * KIB]);
          settle();
          assertThat(ends.near().bufferedBytes()).isGreaterThanOrEqualTo(200L * KIB);
          assertThat(held(loop))
              .isEqualTo(ends.near().bufferedBytes() + ends.far().bufferedBytes());
          ends.far().readBytes(300 * KIB).await();
          write.await();
          settle();
          assertThat(held(loop)).isZero();
        });
  }

  @Test
  void bytesThatACancelledReadGivesBackCount() {
    run(
        false,
        loop -> {
          var ends = connect(loop);
          var target = ByteBuffer.allocate(10 * KIB);
          var read = ends.near().readInto(target);
          ends.far().write(new byte[5 * KIB]).await();
          settle();
          assertThat(held(loop)).isZero();
          read.cancel();
          assertThat(held(loop)).isEqualTo(5 * KIB);
          assertThat(ends.near().readBytes(5 * KIB).await()).hasSize(5 * KIB);
          assertThat(held(loop)).isZero();
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyEndReturnsWhatWasHeld(boolean overTls) {
    run(
        overTls,
        loop -> {
          for (var end : ENDS) {
            var ends = connect(loop);
            ends.near().setAllowHalfClose(true);
            ends.near().readBytes(100 * KIB, Duration.ofDays(1)).onComplete(_ -> {});
            ends.far().write(new byte[40 * KIB]).await();
            ends.near().write(new byte[500 * KIB]);
            settle();
            assertThat(held(loop)).isGreaterThan(300L * KIB);
            end.accept(ends);
            settle();
            ends.far().close();
            settle();
            assertThat(held(loop)).isZero();
          }
        });
  }

  private static final List<Consumer<Ends>> ENDS =
      List.of(
          ends -> ends.near().close(),
          ends -> ends.near().close(new IllegalStateException("because")),
          ends -> {
            ends.far().close();
            ends.near().close();
          },
          ends -> {
            ends.far().shutdownOutput();
            settle();
            ends.near().close();
          },
          ends -> ends.far().readBytes(10, Duration.ZERO).onComplete(_ -> ends.near().close()));

  @Test
  void aStreamThatIsHandedOverToTlsTakesNothingAlong() {
    run(
        false,
        loop -> {
          var ends = connect(loop);
          ends.far().write("hello").await();
          ends.near().readBytes(5).await();
          var server = ends.near().startTls(TlsPair.SERVER);
          var client = ends.far().startTls(TlsPair.CLIENT);
          var near = server.await();
          opened.add(near);
          var far = client.await();
          opened.add(far);
          settle();
          assertThat(held(loop)).as("after the handshake").isZero();
          near.write(new byte[300 * KIB]);
          settle();
          assertThat(held(loop)).isGreaterThan(200L * KIB);
          ends.near().close();
          far.close();
          settle();
          assertThat(held(loop)).isZero();
        });
  }

  // ---------------------------------------------------------------- the limit

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readersThatWantMoreThanThereIsAreHeldAtTheLimit(boolean overTls, LogRecorder log) {
    run(
        overTls,
        loop -> {
          for (int i = 0; i < 20; i++) {
            var ends = connect(loop);
            ends.near().readUntilClose().onComplete(_ -> {});
            flood(loop, ends.far());
          }
          long most = 0;
          for (int turn = 0; turn < 1000; turn++) {
            Futures.moment().await();
            most = Math.max(most, held(loop));
          }
          assertThat(loop.io().memory().isScarce()).isTrue();
          // What is guaranteed, and the far ends' own bytes, come on top.
          assertThat(most).isBetween(LIMIT, LIMIT + 20 * 4 * GUARANTEED);
          long now = held(loop);
          settle();
          assertThat(held(loop)).as("a thousand turns later").isEqualTo(now);
        });
    log.expect(Level.WARNING, BEYOND);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void othersGoOnUndisturbedBeyondTheLimit(boolean overTls, LogRecorder log) {
    run(
        overTls,
        loop -> {
          for (int i = 0; i < 4; i++) {
            var ends = connect(loop);
            ends.near().readUntilClose().onComplete(_ -> {});
            flood(loop, ends.far());
          }
          settle();
          assertThat(loop.io().memory().isScarce()).isTrue();
          var other = connect(loop);
          double before = loop.time();
          for (int i = 0; i < 100; i++) {
            other.far().write(new byte[GUARANTEED]);
            assertThat(other.near().readBytes(GUARANTEED).await()).hasSize(GUARANTEED);
            other.near().write(new byte[GUARANTEED]);
            assertThat(other.far().readBytes(GUARANTEED).await()).hasSize(GUARANTEED);
          }
          assertThat(loop.time()).as("nobody had to wait for time").isEqualTo(before);
          assertThat(loop.io().memory().isScarce()).isTrue();
        });
    log.expect(Level.WARNING, BEYOND);
  }

  @Test
  void thePausedGoOnInTheirOrderWhenMemoryComesBack(LogRecorder log) {
    run(
        false,
        loop -> {
          var holder = connect(loop);
          var hoarded = holder.near().readBytes(900 * KIB);
          feed(loop, holder.far(), 890 * KIB);
          settle();
          var order = new ArrayList<Integer>();
          var reads = new ArrayList<Future<byte[]>>();
          for (int i = 0; i < 5; i++) {
            int number = i;
            var ends = connect(loop);
            var read = ends.near().readBytes(200 * KIB);
            read.onComplete(_ -> order.add(number));
            reads.add(read);
            feed(loop, ends.far(), 200 * KIB);
            settle();
          }
          assertThat(loop.io().memory().isScarce()).isTrue();
          assertThat(order).as("nobody had memory").isEmpty();
          holder.near().close();
          assertThat(hoarded.isDone()).isTrue();
          assertThat(hoarded.exception()).isInstanceOf(StreamClosedException.class);
          for (var read : reads) {
            assertThat(read.await()).hasSize(200 * KIB);
          }
          assertThat(order).containsExactly(0, 1, 2, 3, 4);
        });
    log.expect(Level.WARNING, BEYOND);
    log.expect(Level.INFO, WITHIN);
  }

  private static void feed(IOLoop loop, IOStream to, int bytes) {
    loop.spawn(
        () -> {
          try {
            for (int sent = 0; sent < bytes; sent += 10 * KIB) {
              to.write(new byte[10 * KIB]).await();
            }
          } catch (StreamClosedException _) {
            // the reader gave up
          }
          return null;
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readersThatWaitForEachOthersMemoryEndTheLargestFirst(boolean overTls, LogRecorder log) {
    run(
        overTls,
        loop -> {
          var large = connect(loop);
          var small = connect(loop);
          var unsatisfiable = large.near().readBytes(2000 * KIB);
          feed(loop, large.far(), 900 * KIB);
          settle();
          var read = small.near().readBytes(300 * KIB);
          feed(loop, small.far(), 300 * KIB);
          feed(loop, large.far(), 1100 * KIB);
          settle();
          double before = loop.time();
          assertThat(read.await()).as("it goes on then").hasSize(300 * KIB);
          assertThat(loop.time() - before).isEqualTo(10);
          assertThatExceptionOfType(StreamClosedException.class)
              .isThrownBy(unsatisfiable::await)
              .satisfies(
                  closed ->
                      assertThat(closed.realError())
                          .isInstanceOf(StreamBufferFullException.class)
                          .hasMessageContaining("memory full"));
          assertThat(small.near().closed()).isFalse();
        });
    log.expect(Level.WARNING, BEYOND);
    log.expect(Level.WARNING, "closed are those that are broken or hold most, 1: ");
    log.expect(Level.INFO, WITHIN);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void peersThatNeverReadAreHeldAndEndInTime(boolean overTls, LogRecorder log) {
    run(
        overTls,
        loop -> {
          for (int i = 0; i < 20; i++) {
            flood(loop, connect(loop).near());
          }
          var writer = connect(loop);
          writer.near().write(new byte[1200 * KIB]); // who awaits has one write at most
          settle();
          assertThat(loop.io().memory().isScarce()).isTrue();
          Futures.sleep(Duration.ofSeconds(11)).await();
          assertThat(loop.io().memory().isScarce()).isFalse();
          assertThat(held(loop)).isLessThanOrEqualTo(LIMIT * 3 / 4);
          assertThat(writer.near().closed()).as("the largest").isTrue();
        });
    log.expect(Level.WARNING, BEYOND);
    log.expect(Level.WARNING, "closed are those that are broken or hold most");
    log.expect(Level.INFO, WITHIN);
  }

  @Test
  void writesThatNobodyAwaitsAreRefusedBeyondWhatIsGuaranteed(LogRecorder log) {
    run(
        false,
        loop -> {
          connect(loop).near().write(new byte[1200 * KIB]);
          settle();
          var other = connect(loop);
          other.near().write(new byte[100 * KIB + GUARANTEED]); // 100 KiB are with the transport
          other.near().write("one more beyond");
          assertThatExceptionOfType(StreamBufferFullException.class)
              .isThrownBy(() -> other.near().write("another"))
              .satisfies(full -> assertThat(full.limit()).isEqualTo(GUARANTEED));
        });
    log.expect(Level.WARNING, BEYOND);
  }

  @Test
  void aReaderThatIsPausedForItsWritesGoesOnWhenTheseAreGone(LogRecorder log) {
    run(
        false,
        loop -> {
          connect(loop).near().write(new byte[1200 * KIB]);
          var ends = connect(loop);
          ends.near().write(new byte[300 * KIB]);
          settle();
          var read = ends.near().readBytes(10);
          ends.far().write(new byte[10]).await();
          settle();
          assertThat(read.isDone()).as("it holds too much").isFalse();
          double before = loop.time();
          for (int i = 0; i < 10; i++) {
            ends.far().readBytes(30 * KIB).await();
          }
          assertThat(read.await()).hasSize(10);
          assertThat(loop.time()).isEqualTo(before);
          assertThat(loop.io().memory().isScarce()).isTrue();
        });
    log.expect(Level.WARNING, BEYOND);
  }

  @Test
  void aPausedReadExpiresAndIsCancelledAsEver(LogRecorder log) {
    run(
        false,
        loop -> {
          connect(loop).near().write(new byte[1200 * KIB]);
          var ends = connect(loop);
          var read = ends.near().readBytes(100 * KIB, Duration.ofSeconds(3));
          feed(loop, ends.far(), 100 * KIB);
          double before = loop.time();
          assertThatExceptionOfType(TimeoutException.class).isThrownBy(read::await);
          assertThat(loop.time() - before).isEqualTo(3);
          assertThat(ends.near().readBytes(GUARANTEED).await()).hasSize(GUARANTEED);
          assertThat(ends.near().readBytes(10 * KIB).await()).hasSize(10 * KIB);
        });
    log.expect(Level.WARNING, BEYOND);
  }

  /** What the kernel has received for it could be many times what the loop may hold. */
  @Test
  void aBrokenConnectionIsReadNoFurtherThanOthersAndIsTheFirstToGo(LogRecorder log) {
    run(
        false,
        loop -> {
          var holder = connect(loop);
          holder.near().write(new byte[1200 * KIB]);
          var memory = MemoryTransport.pair(loop, 3 * GUARANTEED);
          var near = new IOStream(loop, memory.near(), StreamLimits.defaults());
          opened.add(near);
          var read = near.readBytes(4 * GUARANTEED);
          var far = new IOStream(loop, memory.far(), StreamLimits.defaults());
          opened.add(far);
          far.write(new byte[3 * GUARANTEED]).await();
          memory.far().reset();
          settle();
          assertThat(near.bufferedBytes()).isEqualTo(GUARANTEED);
          assertThat(read.isDone()).isFalse();
          assertThatExceptionOfType(StreamClosedException.class)
              .isThrownBy(read::await)
              .withCauseInstanceOf(StreamBufferFullException.class);
          assertThat(loop.time()).isEqualTo(10);
        });
    log.expect(Level.WARNING, BEYOND);
    log.expect(Level.WARNING, "closed are those that are broken or hold most, 2: ");
    log.expect(Level.INFO, WITHIN);
  }

  @Test
  void memoryOfTheCallersIsNotLimited(LogRecorder log) {
    run(
        false,
        loop -> {
          connect(loop).near().write(new byte[1200 * KIB]);
          var ends = connect(loop);
          var target = ByteBuffer.allocate(500 * KIB);
          feed(loop, ends.far(), 500 * KIB);
          assertThat(ends.near().readInto(target).await()).isEqualTo(500 * KIB);
        });
    log.expect(Level.WARNING, BEYOND);
  }

  @Test
  void whereOnlyConnectionsAreRefusedNobodyIsPaused(LogRecorder log) {
    run(
        false,
        MemoryLimit.of(LIMIT).withBeyond(MemoryLimit.Beyond.REFUSE_CONNECTIONS),
        loop -> {
          var ends = connect(loop);
          var read = ends.near().readBytes(5000 * KIB);
          feed(loop, ends.far(), 5000 * KIB);
          Futures.sleep(Duration.ofMinutes(1)).await();
          assertThat(read.await()).hasSize(5000 * KIB);
        });
    log.expect(Level.WARNING, BEYOND);
  }

  @Test
  void whereThereIsNoLimitNobodyIsPaused() {
    run(
        false,
        null,
        loop -> {
          var ends = connect(loop);
          var read = ends.near().readBytes(5000 * KIB);
          feed(loop, ends.far(), 5000 * KIB);
          assertThat(read.await()).hasSize(5000 * KIB);
          assertThat(loop.io().memory().limit()).isNull();
        });
  }

  @Test
  void byDefaultTheLimitIsHalfOfTheHeap() {
    assertThat(LoopOptions.defaults().memoryLimit())
        .isEqualTo(MemoryLimit.of(Runtime.getRuntime().maxMemory() / 2));
  }

  @Test
  void aLimitIsRefusedThatNobodyCouldKeep() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MemoryLimit.of(0))
        .withMessage("bytes: wanted at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MemoryLimit.of(1).withPatience(Duration.ZERO))
        .withMessage("patience: wanted more than zero, got PT0S");
  }
}
