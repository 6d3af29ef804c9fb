// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.HashSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.testing.PollerContract;

class NioPollerTest extends PollerContract {

  @Override
  protected Poller openPoller() throws IOException {
    return new NioProvider().openPoller();
  }

  @Override
  protected WatchedPipe openPipe() throws IOException {
    return new ChannelPipe(Pipe.open());
  }

  @Override
  protected String waitingMethod() {
    return "doSelect";
  }

  private record ChannelPipe(Pipe pipe) implements WatchedPipe {
    @Override
    public PollSource source() {
      return new PollSource.Channel(pipe.source());
    }

    @Override
    public PollSource sink() {
      return new PollSource.Channel(pipe.sink());
    }

    @Override
    public void write() throws IOException {
      pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    }

    @Override
    public void read() throws IOException {
      assertThat(pipe.source().read(ByteBuffer.allocate(1))).isOne();
    }

    @Override
    public void closeSource() throws IOException {
      pipe.source().close();
    }

    @Override
    public void closeSink() throws IOException {
      pipe.sink().close();
    }
  }

  /** The reading end of a pipe with a byte in it. */
  private Pipe.SourceChannel readableChannel() throws IOException {
    Pipe pipe = Pipe.open();
    open(pipe.source());
    open(pipe.sink());
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
    return register(new PollSource.Channel(channel), events, handler);
  }

  private int firstEvents(SelectableChannel channel, int wanted) throws IOException {
    return firstEvents(new PollSource.Channel(channel), wanted);
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
  @Tag("IOL-58")
  void bothDirectionsOfASocketAreTold() throws Exception {
    ServerSocketChannel server = server();
    SocketChannel channel = open(SocketChannel.open(server.getLocalAddress()));
    SocketChannel peer = open(server.accept());
    PollKey key = register(channel, Interest.READ, NEVER);
    assertThat(poller().poll(0)).as("writable, but not wanted").isZero();
    key.cancel();
    peer.write(ByteBuffer.wrap(new byte[1]));
    assertThat(firstEvents(channel, Interest.READ)).isEqualTo(Interest.READ);
    assertThat(firstEvents(channel, Interest.WRITE)).isEqualTo(Interest.WRITE);
    assertThat(firstEvents(channel, Interest.READ | Interest.WRITE))
        .isEqualTo(Interest.READ | Interest.WRITE);
  }

  @Test
  @Tag("IOL-60")
  void aChannelClosedByAnotherHandlerGetsNoEvent() throws Exception {
    Pipe.SourceChannel[] sources = {readableChannel(), readableChannel()};
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
    assertThat(poller().poll(FOR_EVER)).isOne();
    assertThat(poller().poll(FOR_EVER)).isOne();
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
  void anUnknownMaskLeavesTheChannelAsItIs() throws Exception {
    Pipe.SourceChannel source = readableChannel();
    assertThatIllegalArgumentException().isThrownBy(() -> register(source, 0x10, NEVER));
    assertThat(source.isBlocking()).isTrue();
    assertThat(firstEvents(source, Interest.READ)).isEqualTo(Interest.READ);
  }

  @Test
  void aChannelIsSwitchedToNonBlocking() throws Exception {
    Pipe.SourceChannel source = readableChannel();
    register(source, Interest.NONE, NEVER);
    assertThat(source.isBlocking()).isFalse();
  }

  @Test
  void aClosedChannelIsRefused() throws Exception {
    Pipe.SourceChannel source = readableChannel();
    source.close();
    assertThatIOException()
        .isThrownBy(() -> poller().register(new PollSource.Channel(source), Interest.READ, NEVER))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aDescriptorIsRefusedWithThePollersThatTakeOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> poller().register(new PollSource.Descriptor(5), Interest.READ, NEVER))
        .withMessageContaining("5")
        .withMessageContaining("epoll")
        .withMessageContaining("io_uring");
    assertThatIllegalArgumentException().isThrownBy(() -> new PollSource.Descriptor(-1));
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
      register(readableChannel(), Interest.READ, _ -> calls[index]++);
    }
    var batches =
        new int[] {poller().poll(FOR_EVER), poller().poll(FOR_EVER), poller().poll(FOR_EVER)};
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
      keys.add(register(readableChannel(), Interest.READ, _ -> called.add(index)));
    }
    assertThat(poller().poll(FOR_EVER)).isEqualTo(64);
    keys.forEach(PollKey::cancel);
    assertThat(poller().poll(FOR_EVER) + poller().poll(FOR_EVER)).isZero();
    assertThat(called).hasSize(64);
  }
}
