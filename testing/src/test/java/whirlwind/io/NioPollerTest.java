// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NioPollerTest {

  private static final long FOR_EVER = -1;
  private static final ReadyHandler NEVER =
      events -> {
        throw new AssertionError("called with " + Interest.toString(events));
      };

  private final List<AutoCloseable> opened = new ArrayList<>();
  private Poller poller;

  @BeforeEach
  void open() throws IOException {
    poller = new NioProvider().openPoller();
  }

  @AfterEach
  void close() throws Exception {
    poller.close();
    for (AutoCloseable resource : opened) {
      resource.close();
    }
  }

  private <C extends AutoCloseable> C open(C resource) {
    opened.add(resource);
    return resource;
  }

  private Pipe pipe() throws IOException {
    Pipe pipe = Pipe.open();
    open(pipe.source());
    open(pipe.sink());
    return pipe;
  }

  /** The reading end of a pipe with a byte in it. */
  private Pipe.SourceChannel readable() throws IOException {
    Pipe pipe = pipe();
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    return pipe.source();
  }

  private ServerSocketChannel server() throws IOException {
    return open(ServerSocketChannel.open()).bind(anyPort());
  }

  private static SocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private PollKey register(SelectableChannel channel, int events, ReadyHandler handler) {
    try {
      return poller.register(new PollSource.Channel(channel), events, handler);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Polls until something was delivered, and returns what. */
  private int firstEvents(SelectableChannel channel, int wanted) throws IOException {
    var seen = new AtomicInteger();
    PollKey key = register(channel, wanted, seen::set);
    while (poller.poll(FOR_EVER) == 0) {}
    key.cancel();
    return seen.get();
  }

  @Test
  void wakeupFromAnotherThreadEndsABlockingPoll() throws Exception {
    Thread loop = Thread.currentThread();
    var waker =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!isSelecting(loop)) {
                    Thread.yield();
                  }
                  poller.wakeup();
                });
    assertThat(poller.poll(FOR_EVER)).isZero();
    waker.join();
  }

  private static boolean isSelecting(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("doSelect"));
  }

  @Test
  void wakeupEndsThePollThatComesAfterIt() throws Exception {
    Thread.ofPlatform().start(poller::wakeup).join();
    assertThat(poller.poll(FOR_EVER)).isZero();
  }

  @Test
  void aWakeupIsNotLostWhenAChannelIsRegisteredAgain() throws Exception {
    Pipe.SourceChannel source = pipe().source();
    PollKey key = register(source, Interest.READ, NEVER);
    poller.poll(0);
    poller.wakeup();
    key.cancel();
    register(source, Interest.READ, NEVER);
    assertThat(poller.poll(FOR_EVER)).isZero();
  }

  @Test
  void wakeupAfterCloseIsHarmless() throws Exception {
    poller.close();
    assertThatCode(poller::wakeup).doesNotThrowAnyException();
  }

  @Test
  void anInterruptEndsThePollAndIsLeftToTheLoop() throws Exception {
    Thread.currentThread().interrupt();
    assertThat(poller.poll(FOR_EVER)).isZero();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void timeoutsAreRoundedUpToMilliseconds() {
    assertThat(NioPoller.selectMillis(-1)).as("for ever").isZero();
    assertThat(NioPoller.selectMillis(Long.MIN_VALUE)).as("for ever").isZero();
    assertThat(NioPoller.selectMillis(1)).isEqualTo(1);
    assertThat(NioPoller.selectMillis(999_999)).isEqualTo(1);
    assertThat(NioPoller.selectMillis(1_000_000)).isEqualTo(1);
    assertThat(NioPoller.selectMillis(1_000_001)).isEqualTo(2);
    assertThat(NioPoller.selectMillis(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
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

  @Test
  @Tag("IOL-52")
  void aChannelIsRegisteredOnce() throws Exception {
    Pipe.SourceChannel source = readable();
    var calls = new AtomicInteger();
    register(source, Interest.READ, _ -> calls.incrementAndGet());
    assertThatIllegalStateException()
        .isThrownBy(() -> register(source, Interest.READ, NEVER))
        .withMessageContaining("registered already");
    poller.poll(FOR_EVER);
    assertThat(calls).as("calls of the first").hasValue(1);
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
              readable(),
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
  void aHandlerMayRegisterItsChannelAgain() throws Exception {
    Pipe.SourceChannel source = readable();
    var keys = new PollKey[1];
    var calls = new ArrayList<String>();
    keys[0] =
        register(
            source,
            Interest.READ,
            _ -> {
              calls.add("old");
              keys[0].cancel();
              register(source, Interest.READ, _ -> calls.add("new"));
            });
    poller.poll(FOR_EVER);
    assertThat(calls).containsExactly("old");
    while (poller.poll(FOR_EVER) == 0) {}
    assertThat(calls).containsExactly("old", "new");
  }

  @Test
  @Tag("IOL-56")
  void anEventOfAnOldRegistrationIsNotDeliveredToTheNewOne() throws Exception {
    Pipe.SourceChannel[] sources = {readable(), readable()};
    var keys = new PollKey[2];
    var calls = new ArrayList<String>();
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      keys[i] =
          register(
              sources[i],
              Interest.READ,
              _ -> {
                calls.add("old");
                keys[other].cancel();
                register(sources[other], Interest.READ, _ -> calls.add("new"));
              });
    }
    assertThat(poller.poll(FOR_EVER)).isOne();
    assertThat(calls).containsExactly("old");
  }

  @Test
  void aCancelledChannelMayBeRegisteredAgainAtOnce() throws Exception {
    Pipe.SourceChannel source = readable();
    PollKey key = register(source, Interest.READ, NEVER);
    key.cancel();
    key.cancel();
    assertThat(firstEvents(source, Interest.READ)).isEqualTo(Interest.READ);
  }

  @Test
  @Tag("IOL-57")
  void anUnreadByteIsReportedByEveryPoll() throws Exception {
    Pipe.SourceChannel source = readable();
    var calls = new AtomicInteger();
    register(source, Interest.READ, _ -> calls.incrementAndGet());
    for (int i = 1; i <= 3; i++) {
      assertThat(poller.poll(FOR_EVER)).isOne();
      assertThat(calls).hasValue(i);
    }
    source.read(ByteBuffer.allocate(1));
    assertThat(poller.poll(0)).isZero();
  }

  @Test
  @Tag("IOL-58")
  void onlyWhatIsWantedIsReported() throws Exception {
    ServerSocketChannel server = server();
    SocketChannel channel = open(SocketChannel.open(server.getLocalAddress()));
    SocketChannel peer = open(server.accept());
    PollKey key = register(channel, Interest.READ, NEVER);
    assertThat(poller.poll(0)).as("writable, but not wanted").isZero();
    key.cancel();
    peer.write(ByteBuffer.wrap(new byte[1]));
    assertThat(firstEvents(channel, Interest.READ)).isEqualTo(Interest.READ);
    assertThat(firstEvents(channel, Interest.WRITE)).isEqualTo(Interest.WRITE);
    assertThat(firstEvents(channel, Interest.READ | Interest.WRITE))
        .isEqualTo(Interest.READ | Interest.WRITE);
  }

  @Test
  void interestChangedByAnotherHandlerCountsAtOnce() throws Exception {
    var keys = new PollKey[2];
    var calls = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      keys[i] =
          register(
              readable(),
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
  @Tag("IOL-60")
  void aChannelClosedByAnotherHandlerGetsNoEvent() throws Exception {
    Pipe.SourceChannel[] sources = {readable(), readable()};
    var keys = new PollKey[2];
    var called = new ArrayList<Integer>();
    for (int i = 0; i < 2; i++) {
      int self = i;
      keys[i] =
          register(
              sources[i],
              Interest.READ,
              _ -> {
                called.add(self);
                closeUnchecked(sources[1 - self]);
              });
    }
    assertThat(poller.poll(FOR_EVER)).isOne();
    assertThat(poller.poll(FOR_EVER)).isOne();
    assertThat(called.get(1)).as("the one that was not closed").isEqualTo(called.get(0));
    assertThatIllegalStateException()
        .isThrownBy(() -> keys[1 - called.get(0)].interest(Interest.READ))
        .withMessageContaining("closed");
    assertThatCode(keys[1 - called.get(0)]::cancel).doesNotThrowAnyException();
  }

  private static void closeUnchecked(SelectableChannel channel) {
    try {
      channel.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void interestAfterCancelIsRefused() throws Exception {
    PollKey key = register(readable(), Interest.READ, NEVER);
    key.cancel();
    assertThatIllegalStateException()
        .isThrownBy(() -> key.interest(Interest.READ))
        .withMessageContaining("cancelled");
  }

  @Test
  void anUnknownMaskIsRefusedBeforeAnythingChanges() throws Exception {
    Pipe.SourceChannel source = readable();
    assertThatIllegalArgumentException().isThrownBy(() -> register(source, 0x10, NEVER));
    assertThat(source.isBlocking()).isTrue();
    assertThat(firstEvents(source, Interest.READ)).isEqualTo(Interest.READ);
  }

  @Test
  void aChannelIsSwitchedToNonBlocking() throws Exception {
    Pipe.SourceChannel source = pipe().source();
    register(source, Interest.NONE, NEVER);
    assertThat(source.isBlocking()).isFalse();
  }

  @Test
  void aClosedChannelIsRefused() throws Exception {
    Pipe.SourceChannel source = pipe().source();
    source.close();
    assertThatIOException()
        .isThrownBy(() -> poller.register(new PollSource.Channel(source), Interest.READ, NEVER))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aDescriptorIsRefusedWithThePollersThatTakeOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> poller.register(new PollSource.Descriptor(5), Interest.READ, NEVER))
        .withMessageContaining("5")
        .withMessageContaining("epoll")
        .withMessageContaining("io_uring");
    assertThatIllegalArgumentException().isThrownBy(() -> new PollSource.Descriptor(-1));
  }

  @Test
  void bothEndsOfAPipeAreReported() throws Exception {
    assertThat(firstEvents(readable(), Interest.READ)).isEqualTo(Interest.READ);
    assertThat(firstEvents(pipe().sink(), Interest.WRITE)).isEqualTo(Interest.WRITE);
  }

  @Test
  void aClosedPipeIsReportedAsWhatIsWanted() throws Exception {
    Pipe pipe = pipe();
    pipe.sink().close();
    assertThat(firstEvents(pipe.source(), Interest.READ)).isEqualTo(Interest.READ);
    assertThat(pipe.source().read(ByteBuffer.allocate(1))).isEqualTo(-1);
  }

  @Test
  void aDatagramIsReported() throws Exception {
    DatagramChannel channel = open(DatagramChannel.open()).bind(anyPort());
    assertThat(firstEvents(channel, Interest.READ | Interest.WRITE)).isEqualTo(Interest.WRITE);
    channel.send(ByteBuffer.wrap(new byte[1]), channel.getLocalAddress());
    assertThat(firstEvents(channel, Interest.READ)).isEqualTo(Interest.READ);
  }

  @Test
  void aWaitingConnectionIsReportedAsRead() throws Exception {
    ServerSocketChannel server = server();
    open(SocketChannel.open(server.getLocalAddress()));
    assertThat(firstEvents(server, Interest.READ | Interest.WRITE)).isEqualTo(Interest.READ);
    assertThat(open(server.accept())).isNotNull();
  }

  @Test
  void theEndOfAConnectionAttemptIsReportedAsWrite() throws Exception {
    ServerSocketChannel server = server();
    SocketChannel channel = open(SocketChannel.open());
    channel.configureBlocking(false);
    channel.connect(server.getLocalAddress());
    assertThat(firstEvents(channel, Interest.WRITE)).isEqualTo(Interest.WRITE);
    assertThat(channel.finishConnect()).isTrue();
  }

  @Test
  void aFailedConnectionAttemptIsReportedAsWhatIsWanted() throws Exception {
    ServerSocketChannel server = server();
    SocketAddress address = server.getLocalAddress();
    server.close();
    SocketChannel channel = open(SocketChannel.open());
    channel.configureBlocking(false);
    channel.connect(address);
    assertThat(firstEvents(channel, Interest.WRITE)).isEqualTo(Interest.WRITE);
    assertThatIOException().isThrownBy(channel::finishConnect).isInstanceOf(ConnectException.class);
  }

  @Test
  void veryManyEventsAreDeliveredInBatchesEachOnce() throws Exception {
    var calls = new int[150];
    for (int i = 0; i < calls.length; i++) {
      int index = i;
      register(readable(), Interest.READ, _ -> calls[index]++);
    }
    var batches = new int[] {poller.poll(FOR_EVER), poller.poll(FOR_EVER), poller.poll(FOR_EVER)};
    assertThat(batches).containsExactly(64, 64, 22);
    assertThat(calls).containsOnly(1);
  }

  @Test
  @Tag("IOL-55")
  void anEventThatWaitsForTheNextBatchIsDroppedWithItsRegistration() throws Exception {
    var keys = new ArrayList<PollKey>();
    var called = new HashSet<Integer>();
    for (int i = 0; i < 150; i++) {
      int index = i;
      keys.add(register(readable(), Interest.READ, _ -> called.add(index)));
    }
    assertThat(poller.poll(FOR_EVER)).isEqualTo(64);
    keys.forEach(PollKey::cancel);
    assertThat(poller.poll(FOR_EVER) + poller.poll(FOR_EVER)).isZero();
    assertThat(called).hasSize(64);
  }

  /** A virtual thread that is mounted while its carrier holds a monitor crashes JDK 25. */
  @Test
  void handlersRunWithoutAMonitorHeld() throws Exception {
    int before = monitorsHeld();
    var during = new AtomicInteger(-1);
    register(readable(), Interest.READ, _ -> during.set(monitorsHeld()));
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

  @Test
  void aClosedPollerIsAnErrorAndNotAHang() throws Exception {
    Pipe.SourceChannel source = readable();
    register(source, Interest.READ, NEVER);
    poller.close();
    poller.close();
    assertThatIOException().isThrownBy(() -> poller.poll(FOR_EVER)).withMessageContaining("closed");
    assertThatIOException().isThrownBy(() -> poller.poll(0)).withMessageContaining("closed");
    assertThatIllegalStateException()
        .isThrownBy(() -> register(pipe().source(), Interest.READ, NEVER))
        .withMessageContaining("closed");
    assertThat(source.isOpen()).as("a channel that a user registered").isTrue();
  }

  @Test
  void aPollerClosedByAHandlerDeliversNoMore() throws Exception {
    var calls = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      register(
          readable(),
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
