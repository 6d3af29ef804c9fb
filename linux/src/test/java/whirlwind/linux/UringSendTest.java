// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.future.Future;
import whirlwind.io.Interest;
import whirlwind.io.ListenOptions;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.net.TCPServer;

/** What can go wrong between a writer and a ring that sends later. */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UringSendTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  /** More than a socket's memory, of either end, holds. */
  private static final int MUCH = 16 << 20;

  @TempDir private Path directory;
  private final UringProvider provider = new UringProvider();
  private final List<SocketChannel> peers = new ArrayList<>();
  private LinuxPoller poller;

  /** One end, which reads what comes, and the peer, which blocks and is no business of the ring. */
  private static final class Pair {
    final SocketChannel peer;
    final Transport transport;
    int news;
    int seen;
    @Nullable IOException failure;

    Pair(SocketChannel peer, Transport transport) throws IOException {
      this.peer = peer;
      this.transport = transport;
      transport.attach(this::ready);
      transport.interest(Interest.READ);
    }

    private void ready(int events) {
      seen |= events;
      try {
        if ((events & (Interest.READ | Interest.ERROR)) != 0) {
          news += Math.max(0, transport.read(ByteBuffer.allocate(100)));
        }
      } catch (IOException thrown) {
        failure = thrown;
      }
    }

    int write(String text) throws IOException {
      return transport.write(bytes(text));
    }

    String read(int count) throws IOException {
      var bytes = ByteBuffer.allocate(count);
      while (bytes.hasRemaining() && peer.read(bytes) >= 0) {
        // goes on
      }
      return new String(bytes.array(), 0, bytes.position(), US_ASCII);
    }

    boolean hasArrived() throws IOException {
      return peer.socket().getInputStream().available() > 0;
    }

    int fd() {
      return Integer.parseInt(transport.toString().replaceAll(".* fd (\\d+)]", "$1"));
    }
  }

  @AfterEach
  void close() throws IOException {
    for (var peer : peers) {
      peer.close();
    }
    poller.close();
    assertThat(poller.heldBytes()).isZero();
  }

  private List<Pair> connect(int count) throws IOException {
    return connect(count, Ring.COMPLETIONS);
  }

  private List<Pair> connect(int count, int roomForCompletions) throws IOException {
    open(roomForCompletions);
    return connect(count, new InetSocketAddress(LOOPBACK, 0));
  }

  private void open(int roomForCompletions) throws IOException {
    poller = LinuxPoller.uring(roomForCompletions, BufferRing.BUFFERS);
  }

  private List<Pair> connect(int count, SocketAddress near) throws IOException {
    var listener = provider.listen(poller, near, ListenOptions.defaults());
    var pairs = new ArrayList<Pair>();
    for (int i = 0; i < count; i++) {
      var peer = SocketChannel.open(listener.localAddress());
      peers.add(peer);
      Transport transport = listener.accept();
      while (transport == null) {
        transport = listener.accept();
      }
      pairs.add(new Pair(peer, transport));
    }
    listener.close();
    return pairs;
  }

  private Pair connectOne() throws IOException {
    return connect(1).getFirst();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  /** Lets each have news: what it writes before the next wait is collected. */
  private void giveNews(List<Pair> pairs) throws IOException {
    for (var pair : pairs) {
      pair.news = 0;
      pair.peer.write(bytes("?"));
    }
    while (pairs.stream().anyMatch(pair -> pair.news == 0)) {
      poller.poll(-1);
    }
  }

  private void giveNews(Pair pair) throws IOException {
    giveNews(List.of(pair));
  }

  @Test
  void anAnswerGoesWithTheNextWait() throws IOException {
    var pairs = connect(3);
    giveNews(pairs);
    for (var pair : pairs) {
      assertThat(pair.write("answer")).isEqualTo(6);
      assertThat(pair.hasArrived()).isFalse();
    }
    poller.poll(0);
    for (var pair : pairs) {
      assertThat(pair.read(6)).isEqualTo("answer");
    }
  }

  @Test
  void aWriteWithoutNewsGoesAtOnce() throws IOException {
    var pair = connectOne();
    poller.poll(0);
    pair.write("hello");
    assertThat(pair.read(5)).isEqualTo("hello");
    giveNews(pair);
    poller.poll(0);
    pair.write("again");
    assertThat(pair.read(5)).isEqualTo("again");
  }

  @Test
  void anAnswerThatWentDoesNotEndTheNextWait() throws IOException {
    var pair = connectOne();
    giveNews(pair);
    pair.write("x");
    long start = System.nanoTime();
    assertThat(poller.poll(TimeUnit.MILLISECONDS.toNanos(50))).isZero();
    assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(49));
    assertThat(pair.read(1)).isEqualTo("x");
  }

  @Test
  void moreAnswersThanAreCollectedAllGo() throws IOException {
    var pairs = connect(3 * Sends.MOST + 1);
    giveNews(pairs);
    for (int i = 0; i < pairs.size(); i++) {
      pairs.get(i).write("answer %03d".formatted(i));
    }
    assertThat(pairs.getFirst().read(10)).as("before the next wait").isEqualTo("answer 000");
    assertThat(pairs.getLast().hasArrived()).isFalse();
    poller.poll(0);
    for (int i = 1; i < pairs.size(); i++) {
      assertThat(pairs.get(i).read(10)).isEqualTo("answer %03d".formatted(i));
    }
  }

  @Test
  void writesOfSeveralSocketsInTurnKeepTheirOrder() throws IOException {
    var pairs = connect(3);
    giveNews(pairs);
    for (int i = 0; i < 10; i++) {
      for (var pair : pairs) {
        pair.write("a" + i);
        pair.write("b" + i);
      }
    }
    poller.poll(0);
    for (var pair : pairs) {
      assertThat(pair.read(40)).isEqualTo("a0b0a1b1a2b2a3b3a4b4a5b5a6b6a7b7a8b8a9b9");
    }
  }

  @Test
  void writesOfAllSizesKeepTheirOrder() throws IOException {
    var pair = connectOne();
    giveNews(pair);
    var expected = new StringBuilder();
    int[] sizes = {1, Sends.MOST_BYTES, 7, Sends.MOST_BYTES + 1, 3, 0, 50_000, 2, 60_000, 1};
    for (int i = 0; i < sizes.length; i++) {
      var text = Character.toString('a' + i).repeat(sizes[i]);
      assertThat(pair.write(text)).isEqualTo(sizes[i]);
      expected.append(text);
    }
    poller.poll(0);
    assertThat(pair.read(expected.length())).isEqualTo(expected.toString());
  }

  @Test
  void aGatheringWriteIsCollectedAsAWhole() throws IOException {
    var pair = connectOne();
    giveNews(pair);
    var pieces = new ByteBuffer[] {bytes("head "), ByteBuffer.allocateDirect(0), bytes("body")};
    assertThat(pair.transport.write(pieces)).isEqualTo(9);
    assertThat(pieces[2].hasRemaining()).isFalse();
    assertThat(pair.hasArrived()).isFalse();
    poller.poll(0);
    assertThat(pair.read(9)).isEqualTo("head body");
  }

  @Test
  void flushSendsWithoutAWait() throws IOException {
    var pairs = connect(2);
    giveNews(pairs);
    pairs.getFirst().write("one");
    pairs.getLast().write("two");
    poller.flush();
    assertThat(pairs.getFirst().read(3)).isEqualTo("one");
    assertThat(pairs.getLast().read(3)).isEqualTo("two");
    poller.poll(0);
    assertThat(pairs.getFirst().hasArrived()).as("once more").isFalse();
  }

  @Test
  void aLoopThatStopsHasSentWhatWasWritten() throws IOException {
    connect(0);
    var options = LoopOptions.defaults().withProvider(provider).withMakeCurrent(MakeCurrent.NEVER);
    var ended = new ArrayList<Future<?>>();
    try (var loop = new IOLoop(options);
        var client = SocketChannel.open()) {
      loop.addCallback(
          () -> {
            var server =
                new TCPServer(
                    (stream, _) -> {
                      ended.add(stream.whenClosed());
                      var question = stream.readUntil("?");
                      loop.callLater(Duration.ofMillis(1), () -> ask(client)); // and a wait before
                      question.await();
                      stream.write("answer").await();
                      loop.stop();
                      stream.readUntilClose().await();
                    });
            connect(client, server.listen(new InetSocketAddress(LOOPBACK, 0)));
          });
      loop.start();
      assertThat(client.read(ByteBuffer.allocate(10))).isEqualTo(6);
      client.shutdownOutput();
      loop.runSync(ended.getFirst()::await);
    }
  }

  private static void connect(SocketChannel client, SocketAddress address) {
    try {
      client.connect(address);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private static void ask(SocketChannel client) {
    try {
      client.write(bytes("?"));
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void aCloseComesAfterWhatWasWritten() throws IOException {
    var pairs = connect(3);
    giveNews(pairs);
    for (var pair : pairs) {
      pair.write("last words");
    }
    for (var pair : pairs) {
      pair.transport.close();
      assertThat(pair.read(100)).isEqualTo("last words");
    }
  }

  @Test
  void theCloseOfThePollerComesAfterWhatWasWritten() throws IOException {
    var pair = connectOne();
    giveNews(pair);
    pair.write("last words");
    poller.close();
    assertThat(pair.read(100)).isEqualTo("last words");
  }

  @Test
  void theEndOfTheOutputComesAfterWhatWasWritten() throws IOException {
    var pair = connectOne();
    giveNews(pair);
    pair.write("last words");
    pair.transport.shutdownOutput();
    assertThat(pair.read(100)).isEqualTo("last words");
    giveNews(pair);
  }

  @Test
  void whatWasWrittenToAClosedSocketNeverReachesTheNextOneOfItsNumber() throws IOException {
    var pairs = connect(2);
    var old = pairs.getFirst();
    var other = pairs.getLast();
    var anyPort = new InetSocketAddress(LOOPBACK, 0);
    var listener = provider.listen(poller, anyPort, ListenOptions.defaults());
    giveNews(pairs);
    old.write("old");
    other.write("other");
    int number = old.fd();
    old.transport.close();
    var next = provider.connect(poller, listener.localAddress());
    assertThat(next.toString()).contains("fd " + number + "]");
    next.attach(_ -> {});
    poller.poll(0);
    assertThat(old.read(100)).isEqualTo("old");
    assertThat(other.read(5)).isEqualTo("other");
    Transport peerOfNext = listener.accept();
    assertThat(peerOfNext).isNotNull();
    assertThat(peerOfNext.read(ByteBuffer.allocate(1))).isZero();
  }

  @Test
  void aResetIsToldToTheHandlerAndThrownByTheNextWrite() throws IOException {
    var pairs = connect(2);
    var broken = pairs.getFirst();
    giveNews(pairs);
    broken.transport.interest(Interest.NONE);
    broken.seen = 0;
    broken.peer.setOption(StandardSocketOptions.SO_LINGER, 0);
    broken.peer.close();
    assertThat(broken.write("x")).isOne();
    pairs.getLast().write("y");
    while ((broken.seen & Interest.ERROR) == 0) {
      poller.poll(-1);
    }
    assertThat(broken.failure).isNotNull();
    assertThatIOException().isThrownBy(() -> broken.write("z"));
    assertThat(pairs.getLast().read(1)).isEqualTo("y");
  }

  // ---------------------------------------------------------------- what the kernel does not take

  /** Takes all the memory that the kernel has for a socket, behind its transport's back. */
  private static long fill(Pair pair) {
    long total = 0;
    try (var kernel = new Kernel()) {
      int count = 1;
      for (int size = NativeMemory.COPY_BYTES; size > 0; size = count > 0 ? size : size / 16) {
        count = kernel.sockets.write(pair.fd(), kernel.memory.copyAt(0), size);
        total += Math.max(0, count);
      }
    }
    return total;
  }

  private static void skip(Pair pair, long count) throws IOException {
    var bytes = ByteBuffer.allocate(1 << 16);
    for (long left = count; left > 0; left -= bytes.position()) {
      bytes.clear().limit((int) Math.min(bytes.capacity(), left));
      assertThat(pair.peer.read(bytes)).isPositive();
    }
  }

  /**
   * Over a Unix-domain socket, whose memory is free again when the peer has read and not before.
   */
  private Pair connectLocally() throws IOException {
    open(Ring.COMPLETIONS);
    return connect(1, UnixDomainSocketAddress.of(directory.resolve("socket"))).getFirst();
  }

  /** Lets the kernel have no memory for an answer any more that it had some for. */
  private long fillBehindAnAnswer(Pair pair, String answer) throws IOException {
    giveNews(pair);
    assertThat(pair.write(answer)).isEqualTo(answer.length());
    long filled = fill(pair);
    poller.poll(0);
    return filled;
  }

  /** One of TCP with an answer that was not taken; late acknowledgements may make room for it. */
  private Pair connectAndFill() throws IOException {
    open(Ring.COMPLETIONS);
    while (true) {
      var pair = connect(1, new InetSocketAddress(LOOPBACK, 0)).getFirst();
      fillBehindAnAnswer(pair, "lost words");
      if (poller.heldBytes() > 0) {
        return pair;
      }
    }
  }

  @Test
  void whatWasNotTakenGoesWhenThereIsRoomAndBeforeAllElse() throws IOException {
    var pair = connectLocally();
    long filled = fillBehindAnAnswer(pair, "first ");
    assertThat(poller.heldBytes()).as("of the answer").isEqualTo(6);
    assertThat(pair.write("second")).as("behind what waits").isZero();
    pair.seen = 0;
    pair.transport.interest(Interest.READ | Interest.WRITE);
    poller.poll(0);
    assertThat(pair.seen & Interest.WRITE).isZero();
    skip(pair, filled);
    while ((pair.seen & Interest.WRITE) == 0) {
      poller.poll(-1);
    }
    pair.transport.interest(Interest.READ);
    pair.write("second");
    poller.poll(0);
    assertThat(pair.read(12)).isEqualTo("first second");
    assertThat(poller.heldBytes()).isZero();
    assertThat(poller.poll(0)).as("reports that nobody wants").isZero();
  }

  @Test
  void theEndOfTheOutputWaitsForWhatWasNotTaken() throws IOException {
    var pair = connectLocally();
    long filled = fillBehindAnAnswer(pair, "last words");
    pair.transport.shutdownOutput();
    skip(pair, filled);
    while (poller.heldBytes() > 0) {
      poller.poll(-1);
    }
    assertThat(pair.read(100)).isEqualTo("last words");
  }

  /** The writer was told that it went: the peer must not take what it got for all. */
  @Test
  void aCloseBeforeWhatWasNotTakenIsAReset() throws IOException {
    var pair = connectAndFill();
    pair.transport.close();
    assertThat(poller.heldBytes()).isZero();
    assertThat(catchThrowable(() -> skip(pair, MUCH)))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void aResetEndsWhatWaitsForRoom() throws IOException {
    var pair = connectAndFill();
    pair.peer.setOption(StandardSocketOptions.SO_LINGER, 0);
    pair.peer.close();
    while (pair.failure == null) {
      poller.poll(-1);
    }
    assertThatIOException().isThrownBy(() -> pair.write("z"));
    pair.transport.close();
    assertThat(poller.heldBytes()).isZero();
  }

  /** A peer that asks and does not listen: nothing is accepted that the kernel has no room for. */
  @Test
  void aPeerThatDoesNotReadMakesWritesWaitAsACallDoes() throws IOException {
    var pair = connectOne();
    long accepted = 0;
    int count = 1;
    while (count > 0) {
      giveNews(pair);
      count = pair.write("x".repeat(Sends.MOST_BYTES));
      accepted += count;
      assertThat(poller.heldBytes()).as("accepted and not taken").isZero();
      assertThat(accepted).isLessThan(MUCH);
    }
    poller.poll(0);
    assertThat(poller.heldBytes()).isZero();
    pair.transport.close();
    skip(pair, accepted);
    assertThat(pair.peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
  }

  // ---------------------------------------------------------------- the ring

  @Test
  void completionsThatOverflowLoseAndDoubleNothing() throws IOException {
    var pairs = connect(2 * Ring.REQUESTS, Ring.REQUESTS);
    for (int round = 0; round < 3; round++) {
      for (var pair : pairs) {
        pair.peer.write(bytes("?"));
      }
      for (int answered = 0; answered < pairs.size(); ) {
        poller.poll(-1);
        for (var pair : pairs) {
          if (pair.news > 0 && pair.write("answer" + round) > 0) {
            pair.news = 0;
            answered++;
          }
        }
      }
      poller.poll(0);
      for (var pair : pairs) {
        assertThat(pair.read(7)).isEqualTo("answer" + round);
      }
    }
    for (var pair : pairs) {
      assertThat(pair.hasArrived()).isFalse();
    }
  }

  @Test
  void anotherThreadSendsWhatThisOneHasCollected() throws Exception {
    var pairs = connect(3);
    giveNews(pairs);
    for (var pair : pairs) {
      pair.write("first");
    }
    AnotherThread.run(() -> poller.poll(0));
    giveNews(pairs);
    for (var pair : pairs) {
      pair.write("second");
    }
    poller.poll(0);
    for (var pair : pairs) {
      assertThat(pair.read(11)).isEqualTo("firstsecond");
      assertThat(pair.hasArrived()).isFalse();
    }
  }

  @Test
  void anotherThreadSubmitsWhenNoMoreAreCollected() throws Exception {
    var pairs = connect(Sends.MOST + 1);
    giveNews(pairs);
    AnotherThread.run(
        () -> {
          for (var pair : pairs) {
            pair.write("answer");
          }
        });
    poller.poll(0);
    for (var pair : pairs) {
      assertThat(pair.read(6)).isEqualTo("answer");
      assertThat(pair.hasArrived()).isFalse();
    }
  }
}
