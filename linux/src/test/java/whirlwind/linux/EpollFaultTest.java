// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.io.Interest;
import whirlwind.io.IoProvider;
import whirlwind.io.PollKey;
import whirlwind.io.PollSource;
import whirlwind.io.ReadyHandler;

/** Numbers that are used again, descriptors that go away, peers that break off. */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollFaultTest {
  private static final ReadyHandler NEVER =
      events -> {
        throw new AssertionError("called with " + Interest.toString(events));
      };

  @TempDir private Path directory;
  private final IoProvider provider = provider();
  private final List<NativePair> pairs = new ArrayList<>();
  private LinuxPoller poller;

  IoProvider provider() {
    return new EpollProvider();
  }

  LinuxPoller openPoller() throws IOException {
    return LinuxPoller.epoll();
  }

  /** What /proc calls the file that the poller waits with. */
  String waitsWith() {
    return "eventpoll";
  }

  /** The call that it waits with. */
  String waitsBy() {
    return "epoll_wait";
  }

  @BeforeEach
  void open() throws IOException {
    poller = openPoller();
  }

  @AfterEach
  void close() throws IOException {
    poller.close();
    pairs.forEach(NativePair::close);
  }

  private NativePair readable() {
    var pair = NativePair.pipe();
    pairs.add(pair);
    pair.send();
    return pair;
  }

  private PollKey register(int fd, ReadyHandler handler) {
    try {
      return poller.register(new PollSource.Descriptor(fd), Interest.READ, handler);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  /** Closes the near end of a pair and opens another one whose near end has the same number. */
  private NativePair reopen(NativePair old) {
    old.closeNear();
    var again = NativePair.pipe();
    pairs.add(again);
    assertThat(again.near()).as("the number, used again").isEqualTo(old.near());
    return again;
  }

  @Test
  @Tag("IOL-56")
  @Tag("IOL-60")
  void anEventOfAnOldDescriptorIsNotDeliveredToTheNextOneOfItsNumber() throws IOException {
    NativePair[] old = {readable(), readable()};
    var keys = new PollKey[2];
    var called = new ArrayList<String>();
    for (int i = 0; i < 2; i++) {
      int other = 1 - i;
      keys[i] =
          register(
              old[i].near(),
              _ -> {
                called.add("old");
                keys[other].cancel();
                register(reopen(old[other]).near(), NEVER);
              });
    }
    assertThat(poller.poll(-1)).isOne();
    assertThat(called).containsExactly("old");
  }

  @Test
  @Tag("IOL-60")
  void whoClosedWithoutCancelDoesNotDisturbTheNextOneOfTheNumber() throws IOException {
    var old = readable();
    var stale = register(old.near(), NEVER);
    var next = reopen(old);
    var transport = provider.adopt(poller, next.near());
    var events = new ArrayList<Integer>();
    transport.attach(events::add);
    transport.interest(Interest.READ);
    poller.poll(0);

    assertThatIllegalStateException()
        .isThrownBy(() -> stale.interest(Interest.NONE))
        .withMessageContaining("closed");
    stale.cancel();
    next.send();
    assertThat(poller.poll(-1)).isOne();
    assertThat(events).containsExactly(Interest.READ);
  }

  @Test
  void aChangeOfADescriptorThatIsGoneIsNoFailureOfThePoller() throws IOException {
    var old = readable();
    var stale = register(old.near(), NEVER);
    old.closeNear();
    stale.interest(Interest.READ | Interest.WRITE);
    assertThat(poller.poll(0)).isZero();
    assertThatIllegalStateException().isThrownBy(() -> stale.interest(Interest.READ));
  }

  @Test
  void aPollerWhoseDescriptorIsGoneThrows() throws IOException {
    var before = Descriptors.open();
    var broken = openPoller();
    int fd =
        Descriptors.openSince(before).entrySet().stream()
            .filter(entry -> entry.getValue().contains(waitsWith()))
            .findFirst()
            .orElseThrow()
            .getKey();
    Files.closeQuietly(fd);
    assertThatIOException()
        .isThrownBy(() -> broken.poll(-1))
        .withMessage(waitsBy() + ": Bad file descriptor");
    broken.close();
  }

  @Test
  void aFileThatIsAlwaysReadyIsRefusedInWords() throws IOException {
    var file = java.nio.file.Files.createFile(directory.resolve("file"));
    try (var channel = java.nio.channels.FileChannel.open(file)) {
      int fd =
          Descriptors.open().entrySet().stream()
              .filter(entry -> entry.getValue().equals(file.toString()))
              .findFirst()
              .orElseThrow()
              .getKey();
      assertThatIOException()
          .isThrownBy(() -> poller.register(new PollSource.Descriptor(fd), Interest.READ, NEVER))
          .withMessageContaining("file descriptor " + fd)
          .withMessageContaining("always ready");
      assertThat(channel.isOpen()).isTrue();
    }
  }

  @Test
  void aChannelIsRefusedWithThePollerThatTakesOne() throws IOException {
    try (var channel = SocketChannel.open()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> poller.register(new PollSource.Channel(channel), Interest.READ, NEVER))
          .withMessageContaining("nio");
      assertThat(channel.isBlocking()).isTrue();
    }
  }

  @Test
  void aPeerMayBreakOffBetweenTheEventAndTheRead() throws IOException {
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var transport = provider.connect(poller, server.getLocalAddress());
      var peer = server.accept();
      var failures = new ArrayList<IOException>();
      transport.attach(
          _ -> {
            try {
              if (peer.isOpen()) {
                peer.setOption(StandardSocketOptions.SO_LINGER, 0).close();
              }
              while (transport.read(ByteBuffer.allocate(10)) > 0) {
                // what came before the reset
              }
            } catch (IOException failure) {
              failures.add(failure);
            }
          });
      transport.interest(Interest.READ);
      poller.poll(0);
      peer.write(ByteBuffer.wrap(new byte[3]));
      while (failures.isEmpty()) {
        poller.poll(-1);
      }
      assertThat(failures.getFirst())
          .isInstanceOf(SocketException.class)
          .hasMessage("Connection reset");
      assertThatExceptionOfType(SocketException.class)
          .isThrownBy(() -> transport.read(ByteBuffer.allocate(1)));
      transport.close();
    }
  }

  /** A wake-up that comes too late must not write into the next file of that number. */
  @Test
  void whoWakesWhileThePollerClosesWritesIntoNothingElse() throws Exception {
    for (int round = 0; round < 100; round++) {
      var closing = openPoller();
      var goOn = new AtomicBoolean(true);
      var wakers = new ArrayList<Thread>();
      for (int i = 0; i < 3; i++) {
        wakers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      while (goOn.get()) {
                        closing.wakeup();
                      }
                    }));
      }
      closing.poll(0);
      closing.close();
      try (var next = NativePair.sockets()) {
        Thread.yield();
        goOn.set(false);
        for (var waker : wakers) {
          waker.join();
        }
        assertThat(next.isEmpty()).as("nothing was written").isTrue();
      }
    }
  }

  @Test
  void theKernelIsToldOfChangesBeforeTheNextWait() throws IOException {
    var pair = NativePair.sockets();
    pairs.add(pair);
    var registration = poller.register(pair.near(), Interest.NONE, Abi.EPOLLIN, _ -> {});
    registration.interest(Interest.READ);
    registration.interest(Interest.READ | Interest.WRITE);
    registration.interest(Interest.WRITE);
    registration.interest(Interest.READ | Interest.WRITE);
    assertThat(registration.told()).isEqualTo(Abi.EPOLLIN);
    poller.poll(0);
    assertThat(registration.told()).isEqualTo(Abi.EPOLLIN | Abi.EPOLLOUT);
  }

  @Test
  void theKernelIsToldThatReadingIsUnwantedOnlyWhenSomethingComes() throws IOException {
    var pair = NativePair.sockets();
    pairs.add(pair);
    var registration = poller.register(pair.near(), Interest.READ, Abi.EPOLLIN, NEVER);
    registration.interest(Interest.NONE);
    poller.poll(0);
    assertThat(registration.told()).isEqualTo(Abi.EPOLLIN);
    pair.send();
    assertThat(poller.poll(0)).isZero();
    poller.poll(0);
    assertThat(registration.told()).isZero();
  }

  @Test
  void oldKernelsWaitForWholeMilliseconds() throws IOException {
    try (var old = LinuxPoller.epollInMilliseconds()) {
      long start = System.nanoTime();
      assertThat(old.poll(1_100_000)).isZero();
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_100_000);
    }
    assertThat(Epoll.millisRoundedUp(1)).isEqualTo(1);
    assertThat(Epoll.millisRoundedUp(1_000_000)).isEqualTo(1);
    assertThat(Epoll.millisRoundedUp(1_000_001)).isEqualTo(2);
    assertThat(Epoll.millisRoundedUp(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void aClosedPollerOpensNothing() throws IOException {
    poller.close();
    var before = Descriptors.open();
    var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    assertThatIllegalStateException()
        .isThrownBy(() -> provider.connect(poller, anywhere))
        .withMessageContaining("closed");
    assertThat(Descriptors.openSince(before)).isEmpty();
  }
}
