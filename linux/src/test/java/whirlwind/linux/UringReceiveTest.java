// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import whirlwind.io.Interest;
import whirlwind.io.ListenOptions;
import whirlwind.io.Transport;

/** What can go wrong between a ring that receives by itself and a reader. */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UringReceiveTest {
  private static final int FEW_BUFFERS = 4;

  private final UringProvider provider = new UringProvider();
  private @Nullable LinuxPoller poller;

  /** A peer, which never receives, and one end that collects what comes. */
  private static final class Pair {
    final Transport peer;
    final Transport transport;
    final ByteBuffer received = ByteBuffer.allocate(1 << 16);
    int calls;
    boolean ended;

    Pair(Transport peer, Transport transport) throws IOException {
      this.peer = peer;
      this.transport = transport;
      transport.attach(
          _ -> {
            calls++;
            read();
          });
    }

    void read() {
      try {
        ended |= transport.read(received) < 0;
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
    }

    Pair reading() {
      transport.interest(Interest.READ);
      return this;
    }
  }

  @AfterEach
  void close() throws IOException {
    if (poller != null) {
      poller.close();
    }
  }

  private LinuxPoller open(int roomForCompletions, int buffers) throws IOException {
    poller = LinuxPoller.uring(roomForCompletions, buffers);
    return poller;
  }

  private List<Pair> connect(LinuxPoller poller, int count) throws IOException {
    var listener = provider.listen(poller, anyPort(), ListenOptions.defaults());
    var pairs = new ArrayList<Pair>();
    for (int i = 0; i < count; i++) {
      var peer = provider.connect(poller, listener.localAddress());
      peer.attach(_ -> {});
      Transport transport = listener.accept();
      while (transport == null) {
        transport = listener.accept();
      }
      pairs.add(new Pair(peer, transport));
      poller.poll(0); // the peer learns that it is connected
    }
    listener.close();
    return pairs;
  }

  private static void send(Pair pair, int count) throws IOException {
    var bytes = ByteBuffer.allocate(count);
    for (int i = 0; i < count; i++) {
      bytes.put(i, (byte) i);
    }
    while (pair.peer.write(bytes) < count) {
      bytes.rewind();
    }
  }

  private static void awaitBytes(LinuxPoller poller, List<Pair> pairs, int count)
      throws IOException {
    while (pairs.stream().anyMatch(pair -> pair.received.position() < count)) {
      poller.poll(-1);
    }
    for (var pair : pairs) {
      assertThat(pair.received.position()).isEqualTo(count);
    }
  }

  private static void assertCounting(ByteBuffer received) {
    for (int i = 0; i < received.position(); i++) {
      assertThat(received.get(i)).isEqualTo((byte) i);
    }
  }

  @Test
  void whoFindsNoBufferIsServedAllTheSame() throws IOException {
    var poller = open(Ring.COMPLETIONS, FEW_BUFFERS);
    var pairs = connect(poller, 10 * FEW_BUFFERS);
    pairs.forEach(Pair::reading);
    for (int round = 1; round <= 3; round++) {
      for (var pair : pairs) {
        send(pair, 256);
      }
      awaitBytes(poller, pairs, round * 256);
    }
    pairs.forEach(pair -> assertCounting(pair.received));
  }

  @Test
  void bytesOfOnePeerThatFillAllBuffersKeepTheirOrder() throws IOException {
    var poller = open(Ring.COMPLETIONS, FEW_BUFFERS);
    var pairs = connect(poller, 1);
    int count = 3 * FEW_BUFFERS * BufferRing.BUFFER_BYTES;
    pairs.getFirst().reading();
    send(pairs.getFirst(), count);
    awaitBytes(poller, pairs, count);
    assertCounting(pairs.getFirst().received);
  }

  @Test
  void aRingOfCompletionsThatOverflowsLosesNoBytes() throws IOException {
    var poller = open(Ring.REQUESTS, BufferRing.BUFFERS);
    var pairs = connect(poller, 2 * Ring.REQUESTS);
    pairs.forEach(Pair::reading);
    for (int round = 1; round <= 2; round++) {
      for (var pair : pairs) {
        send(pair, 256);
      }
      awaitBytes(poller, pairs, round * 256);
    }
    pairs.forEach(pair -> assertCounting(pair.received));
  }

  @Test
  void receivingGoesOnWhenTheThreadThatBeganItHasEnded() throws Exception {
    var poller = open(Ring.COMPLETIONS, BufferRing.BUFFERS);
    var pairs = connect(poller, 1);
    pairs.getFirst().reading();
    UringFaultTest.pollOnAThreadThatEnds(poller);
    send(pairs.getFirst(), 100);
    awaitBytes(poller, pairs, 100);
  }

  @Test
  void anotherThreadGoesOnWhileTheFirstStillLives() throws Exception {
    var poller = open(Ring.COMPLETIONS, BufferRing.BUFFERS);
    var pairs = connect(poller, 10);
    pairs.forEach(Pair::reading);
    poller.poll(0);
    for (var pair : pairs) {
      send(pair, 256);
    }
    poller.poll(-1);
    for (var pair : pairs) {
      send(pair, 256);
    }
    AnotherThread.run(() -> awaitBytes(poller, pairs, 512));
    for (var pair : pairs) {
      send(pair, 100);
    }
    awaitBytes(poller, pairs, 612);
    pairs.forEach(pair -> assertThat(pair.calls).isPositive());
  }

  @Test
  void whatAnotherThreadClosesIsClosedWhenThatReturns() throws Exception {
    var poller = open(Ring.COMPLETIONS, BufferRing.BUFFERS);
    var listener = provider.listen(poller, anyPort(), ListenOptions.defaults());
    listener.attach(_ -> {});
    listener.accepting(true);
    poller.poll(0);
    AnotherThread.run(
        () -> {
          listener.close();
          provider.listen(poller, listener.localAddress(), ListenOptions.defaults()).close();
        });
  }

  @Test
  void aListenerThatAnotherThreadClosesTakesNobodyMore() throws Exception {
    var poller = open(Ring.COMPLETIONS, BufferRing.BUFFERS);
    var sharing = ListenOptions.defaults().withReusePort(true);
    var first = provider.listen(poller, anyPort(), sharing);
    for (int i = 0; i < 200; i++) {
      var next = provider.listen(poller, first.localAddress(), sharing);
      var closing = first;
      closing.attach(_ -> {});
      closing.accepting(true);
      poller.poll(0);
      AnotherThread.run(
          () -> {
            closing.close();
            try (var peer = SocketChannel.open(next.localAddress())) {
              assertThat(peer.isConnected()).isTrue();
              var taken = next.take();
              assertThat(taken).as("a connection after another listener has closed").isNotNull();
              taken.close();
            }
          });
      first = next;
    }
    first.close();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Test
  void anotherThreadMayClosePollerAndSockets() throws Exception {
    connectOnce();
    var before = Descriptors.open();
    long mappings = Descriptors.mappings();
    for (int i = 0; i < 20; i++) {
      var each = open(Ring.COMPLETIONS, BufferRing.BUFFERS);
      send(connect(each, 1).getFirst().reading(), 100);
      each.poll(0);
      AnotherThread.run(each::close);
    }
    assertThat(Descriptors.openSince(before)).isEmpty();
    assertThat(Descriptors.mappings()).isLessThan(mappings + 50);
  }

  @Test
  void bytesBeforeTheEndAreReadFirst() throws IOException {
    var poller = open(Ring.COMPLETIONS, BufferRing.BUFFERS);
    var pair = connect(poller, 1).getFirst().reading();
    poller.poll(0);
    send(pair, 100);
    pair.peer.close();
    while (!pair.ended) {
      poller.poll(-1);
    }
    assertThat(pair.received.position()).isEqualTo(100);
  }

  /** A peer that talks on is held back, though nobody has said so to the kernel in advance. */
  @Test
  void aReaderThatStopsTakesABoundedAmountAndLosesNothing() throws IOException {
    var poller = open(Ring.COMPLETIONS, FEW_BUFFERS);
    var pair = connect(poller, 1).getFirst();
    pair.reading();
    poller.poll(0);
    pair.transport.interest(Interest.NONE);
    var sink = new ByteArrayCounter();
    long sent = 0;
    int full = 0;
    while (full < 10) {
      int count = pair.peer.write(sink.next());
      sink.sent(count);
      sent += count;
      full = count == 0 ? full + 1 : 0;
      poller.poll(0);
    }
    assertThat(pair.calls).as("reports that nobody wanted").isZero();
    assertThat(((SocketTransport) pair.transport).heldBytes())
        .isLessThanOrEqualTo(2 * FEW_BUFFERS * BufferRing.BUFFER_BYTES);
    pair.reading();
    long read = 0;
    while (read < sent) {
      poller.poll(-1);
      for (int i = 0; i < pair.received.position(); i++) {
        assertThat(pair.received.get(i)).isEqualTo((byte) read++);
      }
      pair.received.clear();
    }
    assertThat(read).isEqualTo(sent);
  }

  /** An endless row of bytes, of which a write takes a part. */
  private static final class ByteArrayCounter {
    private final ByteBuffer bytes = ByteBuffer.allocate(16 * 256);
    private int start;

    ByteArrayCounter() {
      for (int i = 0; i < bytes.capacity(); i++) {
        bytes.put(i, (byte) i);
      }
    }

    ByteBuffer next() {
      return bytes.position(start);
    }

    void sent(int count) {
      start = (start + count) % 256;
    }
  }

  @Test
  @Tag("IOL-56")
  void whatWasReceivedForAClosedSocketNeverReachesTheNextOneOfItsNumber() throws IOException {
    var poller = open(Ring.COMPLETIONS, FEW_BUFFERS);
    for (int round = 0; round < 10 * FEW_BUFFERS; round++) {
      var before = Descriptors.open();
      var old = connect(poller, 1).getFirst().reading();
      poller.poll(0);
      send(old, 256); // it is in a buffer, perhaps, when the socket is closed
      old.transport.close();
      old.peer.close();
      var next = connect(poller, 1);
      next.getFirst().reading();
      poller.poll(0);
      assertThat(next.getFirst().calls).as("of the old one").isZero();
      send(next.getFirst(), 3);
      awaitBytes(poller, next, 3);
      assertThat(old.calls).isZero();
      next.getFirst().transport.close();
      next.getFirst().peer.close();
      assertThat(Descriptors.openSince(before)).isEmpty();
    }
  }

  @Test
  void aCloseIsSeenByThePeerThoughTheSocketWasReceiving() throws IOException {
    var poller = open(Ring.COMPLETIONS, BufferRing.BUFFERS);
    var pair = connect(poller, 1).getFirst().reading();
    poller.poll(0);
    pair.transport.close();
    int[] result = {0};
    pair.peer.attach(
        _ -> {
          try {
            result[0] = pair.peer.read(ByteBuffer.allocate(1));
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
        });
    pair.peer.interest(Interest.READ);
    while (result[0] == 0) {
      poller.poll(-1);
    }
    assertThat(result[0]).isEqualTo(-1);
  }

  @Test
  void aPollerClosesWhileItReceives() throws IOException {
    connectOnce();
    var before = Descriptors.open();
    long mappings = Descriptors.mappings();
    for (int i = 0; i < 100; i++) {
      connectOnce();
    }
    assertThat(Descriptors.openSince(before)).isEmpty();
    assertThat(Descriptors.mappings()).isLessThan(mappings + 50);
  }

  private void connectOnce() throws IOException {
    try (var each = open(Ring.COMPLETIONS, BufferRing.BUFFERS)) {
      var pair = connect(each, 1).getFirst().reading();
      each.poll(0);
      send(pair, 100);
    }
  }
}
