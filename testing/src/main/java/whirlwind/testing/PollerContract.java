// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import whirlwind.io.Interest;
import whirlwind.io.PollKey;
import whirlwind.io.PollSource;
import whirlwind.io.Poller;
import whirlwind.io.ReadyHandler;

/**
 * What every poller must do, as a suite: a test class of an implementation extends it and says what
 * a pipe is that its poller can watch.
 */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class PollerContract {

  /** A time-out of {@link Poller#poll}. */
  protected static final long FOR_EVER = -1;

  /** A handler for what must not happen. */
  protected static final ReadyHandler NEVER =
      events -> {
        throw new AssertionError("called with " + Interest.toString(events));
      };

  private static final int VERY_MANY = 150;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private Poller poller;

  /** For the suite of one implementation. */
  protected PollerContract() {}

  /** A pipe of the kernel; closing it again does nothing. */
  public interface WatchedPipe extends AutoCloseable {
    /** The end that is read. */
    PollSource source();

    /** The end that is written. */
    PollSource sink();

    /** Writes a byte. */
    void write() throws IOException;

    /** Reads one of the bytes that are there. */
    void read() throws IOException;

    /** Closes the end that is read, as its user would do it without a thought of the poller. */
    void closeSource() throws IOException;

    /** Closes the end that is written. */
    void closeSink() throws IOException;

    @Override
    default void close() throws IOException {
      closeSource();
      closeSink();
    }
  }

  /** A new poller. */
  protected abstract Poller openPoller() throws IOException;

  /** A new pipe, empty. */
  protected abstract WatchedPipe openPipe() throws IOException;

  /** The name of the method that a thread is in while it waits in the poller. */
  protected abstract String waitingMethod();

  /** Opens the poller that the tests speak of. */
  @BeforeEach
  final void open() throws IOException {
    poller = openPoller();
  }

  /** Closes it, and then what the test has opened. */
  @AfterEach
  final void close() throws Exception {
    poller.close();
    for (AutoCloseable resource : opened) {
      resource.close();
    }
  }

  /** The poller under test. */
  protected final Poller poller() {
    return poller;
  }

  /** Has something closed after the test. */
  protected final <C extends AutoCloseable> C open(C resource) {
    opened.add(resource);
    return resource;
  }

  /** An empty pipe that is closed after the test. */
  protected final WatchedPipe pipe() throws IOException {
    return open(openPipe());
  }

  /** A pipe with a byte in it. */
  protected final WatchedPipe readable() throws IOException {
    WatchedPipe pipe = pipe();
    pipe.write();
    return pipe;
  }

  /** Registers, also within a handler. */
  protected final PollKey register(PollSource source, int events, ReadyHandler handler) {
    try {
      return poller.register(source, events, handler);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Polls until something was delivered, and returns what. */
  protected final int firstEvents(PollSource source, int wanted) throws IOException {
    var seen = new AtomicInteger();
    PollKey key = register(source, wanted, seen::set);
    while (poller.poll(FOR_EVER) == 0) {}
    key.cancel();
    return seen.get();
  }

  // ---------------------------------------------------------------- waiting and waking

  private Thread onceWaiting(Thread waiting, Runnable action) {
    return Thread.ofPlatform()
        .start(
            () -> {
              while (!isWaiting(waiting)) {
                Thread.yield();
              }
              action.run();
            });
  }

  private boolean isWaiting(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals(waitingMethod()));
  }

  @Test
  void wakeupFromAnotherThreadEndsABlockingPoll() throws Exception {
    var waker = onceWaiting(Thread.currentThread(), poller::wakeup);
    assertThat(poller.poll(FOR_EVER)).isZero();
    waker.join();
  }

  @Test
  void wakeupEndsThePollThatComesAfterIt() throws Exception {
    Thread.ofPlatform().start(poller::wakeup).join();
    assertThat(poller.poll(FOR_EVER)).isZero();
  }

  @Test
  void severalWakeupsEndOnePoll() throws Exception {
    poller.wakeup();
    poller.wakeup();
    assertThat(poller.poll(FOR_EVER)).isZero();
    long start = System.nanoTime();
    assertThat(poller.poll(3_100_000)).isZero();
    assertThat(System.nanoTime() - start).as("slept").isGreaterThanOrEqualTo(3_100_000);
  }

  @Test
  void aWakeupIsNotLostWhenASourceIsRegisteredAgain() throws Exception {
    WatchedPipe pipe = pipe();
    PollKey key = register(pipe.source(), Interest.READ, NEVER);
    poller.poll(0);
    poller.wakeup();
    key.cancel();
    register(pipe.source(), Interest.READ, NEVER);
    assertThat(poller.poll(FOR_EVER)).isZero();
  }

  @Test
  void wakeupAfterCloseIsHarmless() throws Exception {
    poller.close();
    assertThatCode(poller::wakeup).doesNotThrowAnyException();
  }

  @Test
  void aPollWhileInterruptedDoesNotWaitAndLeavesTheFlagToTheLoop() throws Exception {
    Thread.currentThread().interrupt();
    assertThat(poller.poll(FOR_EVER)).isZero();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anInterruptEndsABlockingPollAndLeavesTheFlagToTheLoop() throws Exception {
    var self = Thread.currentThread();
    var interrupting = onceWaiting(self, self::interrupt);
    assertThat(poller.poll(FOR_EVER)).isZero();
    assertThat(Thread.interrupted()).isTrue();
    interrupting.join();
  }

  @Test
  void aPollWithoutEventsLastsAsLongAsAsked() throws Exception {
    long start = System.nanoTime();
    assertThat(poller.poll(3_100_000)).isZero();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3_100_000);
  }

  @Test
  void zeroDoesNotWait() throws Exception {
    register(pipe().source(), Interest.READ, NEVER);
    assertThat(poller.poll(0)).isZero();
  }

  // ---------------------------------------------------------------- registering

  @Test
  @Tag("IOL-52")
  void aSourceIsRegisteredOnce() throws Exception {
    WatchedPipe pipe = readable();
    var calls = new AtomicInteger();
    register(pipe.source(), Interest.READ, _ -> calls.incrementAndGet());
    assertThatIllegalStateException()
        .isThrownBy(() -> register(pipe.source(), Interest.READ, NEVER))
        .withMessageContaining("registered already");
    poller.poll(FOR_EVER);
    assertThat(calls).as("calls of the first").hasValue(1);
  }

  @Test
  void anUnknownMaskIsRefusedBeforeAnythingChanges() throws Exception {
    WatchedPipe pipe = readable();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> register(pipe.source(), 0x10, NEVER))
        .withMessageContaining("0x10");
    assertThat(firstEvents(pipe.source(), Interest.READ)).isEqualTo(Interest.READ);
  }

  @Test
  void aClosedSourceIsRefused() throws Exception {
    WatchedPipe pipe = pipe();
    pipe.closeSource();
    assertThatIOException().isThrownBy(() -> poller.register(pipe.source(), Interest.READ, NEVER));
  }

  @Test
  @Tag("IOL-55")
  void aKeyCancelledByAnotherHandlerGetsNoEvent() throws Exception {
    var keys = new PollKey[2];
    var calls = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      keys[i] =
          register(
              readable().source(),
              Interest.READ,
              _ -> {
                calls.incrementAndGet();
                keys[other].cancel();
              });
    }
    assertThat(poller.poll(FOR_EVER)).isOne();
    assertThat(calls).hasValue(1);
  }

  @Test
  @Tag("IOL-56")
  void aHandlerMayRegisterItsSourceAgain() throws Exception {
    WatchedPipe pipe = readable();
    var keys = new PollKey[1];
    var calls = new ArrayList<String>();
    keys[0] =
        register(
            pipe.source(),
            Interest.READ,
            _ -> {
              calls.add("old");
              keys[0].cancel();
              register(pipe.source(), Interest.READ, _ -> calls.add("new"));
            });
    poller.poll(FOR_EVER);
    assertThat(calls).containsExactly("old");
    while (poller.poll(FOR_EVER) == 0) {}
    assertThat(calls).containsExactly("old", "new");
  }

  @Test
  @Tag("IOL-56")
  void anEventOfAnOldRegistrationIsNotDeliveredToTheNewOne() throws Exception {
    WatchedPipe[] pipes = {readable(), readable()};
    var keys = new PollKey[2];
    var calls = new ArrayList<String>();
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      keys[i] =
          register(
              pipes[i].source(),
              Interest.READ,
              _ -> {
                calls.add("old");
                keys[other].cancel();
                register(pipes[other].source(), Interest.READ, _ -> calls.add("new"));
              });
    }
    assertThat(poller.poll(FOR_EVER)).isOne();
    assertThat(calls).containsExactly("old");
  }

  @Test
  void aCancelledSourceMayBeRegisteredAgainAtOnce() throws Exception {
    WatchedPipe pipe = readable();
    PollKey key = register(pipe.source(), Interest.READ, NEVER);
    key.cancel();
    key.cancel();
    assertThat(firstEvents(pipe.source(), Interest.READ)).isEqualTo(Interest.READ);
  }

  @Test
  void interestAfterCancelIsRefused() throws Exception {
    PollKey key = register(readable().source(), Interest.READ, NEVER);
    key.cancel();
    assertThatIllegalStateException()
        .isThrownBy(() -> key.interest(Interest.READ))
        .withMessageContaining("cancelled");
  }

  @Test
  @Tag("IOL-60")
  void aSourceClosedWithoutCancelIsNotReported() throws Exception {
    WatchedPipe pipe = readable();
    PollKey key = register(pipe.source(), Interest.READ, NEVER);
    pipe.closeSource();
    assertThat(poller.poll(0)).isZero();
    assertThatCode(key::cancel).doesNotThrowAnyException();
  }

  // ---------------------------------------------------------------- events

  @Test
  @Tag("IOL-57")
  void anUnreadByteIsReportedByEveryPoll() throws Exception {
    WatchedPipe pipe = readable();
    var calls = new AtomicInteger();
    register(pipe.source(), Interest.READ, _ -> calls.incrementAndGet());
    for (int i = 1; i <= 3; i++) {
      assertThat(poller.poll(FOR_EVER)).isOne();
      assertThat(calls).hasValue(i);
    }
    pipe.read();
    assertThat(poller.poll(0)).isZero();
  }

  @Test
  @Tag("IOL-58")
  void onlyWhatIsWantedIsReported() throws Exception {
    WatchedPipe pipe = pipe();
    register(pipe.sink(), Interest.READ, NEVER);
    assertThat(poller.poll(0)).as("writable, but not wanted").isZero();
    pipe.write();
    PollKey key = register(pipe.source(), Interest.NONE, NEVER);
    assertThat(poller.poll(0)).as("readable, but not wanted").isZero();
    key.interest(Interest.WRITE);
    assertThat(poller.poll(0)).as("readable, but something else wanted").isZero();
    key.cancel();
    assertThat(firstEvents(pipe.source(), Interest.READ)).isEqualTo(Interest.READ);
  }

  @Test
  void interestMayBeSwitchedOnAndOffAtWill() throws Exception {
    var calls = new AtomicInteger();
    PollKey key = register(readable().source(), Interest.NONE, _ -> calls.incrementAndGet());
    for (int i = 0; i < 3; i++) {
      key.interest(Interest.READ);
      assertThat(poller.poll(FOR_EVER)).isOne();
      key.interest(Interest.READ);
      key.interest(Interest.NONE);
      assertThat(poller.poll(0)).isZero();
      assertThat(poller.poll(0)).isZero();
    }
    assertThat(calls).hasValue(3);
  }

  @Test
  void interestChangedByAnotherHandlerCountsAtOnce() throws Exception {
    var keys = new PollKey[2];
    var calls = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      keys[i] =
          register(
              readable().source(),
              Interest.READ,
              _ -> {
                calls.incrementAndGet();
                keys[other].interest(Interest.NONE);
              });
    }
    assertThat(poller.poll(FOR_EVER)).isOne();
    assertThat(calls).hasValue(1);
  }

  @Test
  void bothEndsOfAPipeAreReported() throws Exception {
    assertThat(firstEvents(readable().source(), Interest.READ)).isEqualTo(Interest.READ);
    assertThat(firstEvents(pipe().sink(), Interest.WRITE)).isEqualTo(Interest.WRITE);
  }

  @Test
  void aPipeWithoutAWriterIsReportedToWhoeverReads() throws Exception {
    WatchedPipe pipe = pipe();
    pipe.closeSink();
    int events = firstEvents(pipe.source(), Interest.READ);
    assertThat(events & ~Interest.ERROR).isEqualTo(Interest.READ);
  }

  @Test
  void aPipeWithoutAReaderIsReportedToWhoeverWrites() throws Exception {
    WatchedPipe pipe = pipe();
    pipe.closeSource();
    int events = firstEvents(pipe.sink(), Interest.WRITE);
    assertThat(events & ~Interest.ERROR).isEqualTo(Interest.WRITE);
  }

  /** The kernel cannot be told not to report a hang-up; a loop that sleeps must sleep. */
  @Test
  void aHangUpThatNobodyWantsToKnowOfDoesNotKeepThePollerBusy() throws Exception {
    WatchedPipe pipe = pipe();
    var calls = new AtomicInteger();
    PollKey key = register(pipe.source(), Interest.READ, _ -> calls.incrementAndGet());
    pipe.closeSink();
    poller.poll(FOR_EVER);
    key.interest(Interest.NONE);
    poller.poll(0);
    poller.poll(0);
    calls.set(0);
    long start = System.nanoTime();
    assertThat(poller.poll(3_100_000)).isZero();
    assertThat(System.nanoTime() - start).as("slept").isGreaterThanOrEqualTo(3_100_000);
    key.interest(Interest.READ);
    assertThat(poller.poll(FOR_EVER)).isOne();
    assertThat(calls).hasValue(1);
  }

  @Test
  void ofVeryManyEventsNoneWaitsForLong() throws Exception {
    var calls = new int[VERY_MANY];
    for (int i = 0; i < calls.length; i++) {
      int index = i;
      register(readable().source(), Interest.READ, _ -> calls[index]++);
    }
    for (int i = 0; i < 3; i++) {
      assertThat(poller.poll(FOR_EVER)).as("a batch").isPositive();
    }
    assertThat(calls).doesNotContain(0);
  }

  /** A virtual thread that is mounted while its carrier holds a monitor crashes JDK 25. */
  @Test
  void handlersRunWithoutAMonitorHeld() throws Exception {
    int before = monitorsHeld();
    var during = new AtomicInteger(-1);
    register(readable().source(), Interest.READ, _ -> during.set(monitorsHeld()));
    poller.poll(FOR_EVER);
    assertThat(during).hasValue(before);
  }

  private static int monitorsHeld() {
    long[] self = {Thread.currentThread().threadId()};
    return ManagementFactory.getThreadMXBean()
        .getThreadInfo(self, true, false)[0]
        .getLockedMonitors()
        .length;
  }

  // ---------------------------------------------------------------- closing

  @Test
  void aClosedPollerIsAnErrorAndNotAHang() throws Exception {
    WatchedPipe pipe = readable();
    PollKey key = register(pipe.source(), Interest.READ, NEVER);
    poller.close();
    poller.close();
    assertThatIOException().isThrownBy(() -> poller.poll(FOR_EVER)).withMessageContaining("closed");
    assertThatIOException().isThrownBy(() -> poller.poll(0)).withMessageContaining("closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> register(pipe().source(), Interest.READ, NEVER))
        .withMessageContaining("closed");
    assertThatIllegalStateException().isThrownBy(() -> key.interest(Interest.WRITE));
    assertThatCode(key::cancel).doesNotThrowAnyException();
    assertThatCode(pipe::read).as("a source that a user registered").doesNotThrowAnyException();
  }

  @Test
  void aPollerClosedByAHandlerDeliversNoMore() throws Exception {
    var calls = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      register(
          readable().source(),
          Interest.READ,
          _ -> {
            calls.incrementAndGet();
            assertThatCode(poller::close).doesNotThrowAnyException();
          });
    }
    assertThat(poller.poll(FOR_EVER)).isOne();
    assertThat(calls).hasValue(1);
  }
}
