// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import org.junit.jupiter.api.Tag;
import whirlwind.io.Interest;
import whirlwind.testing.LoopTest;
import whirlwind.testing.NeedsChannels;

/** Handlers for channels of the JDK. */
@NeedsChannels
class IOLoopHandlersTest extends HandlersContract {

  /** A channel and the one at the other side. */
  private record WatchedChannel<C extends SelectableChannel & ReadableByteChannel>(
      C channel, WritableByteChannel otherSide) implements Watched {

    /** What may fail. */
    private interface Step {
      void run() throws IOException;
    }

    private static void unchecked(Step step) {
      try {
        step.run();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    @Override
    public void add(IOLoop loop, int events, Handler handler) {
      loop.addHandler(
          channel,
          events,
          (which, ready) -> {
            if (which != channel) {
              throw new AssertionError("wanted " + channel + ", got " + which);
            }
            handler.handle(this, ready);
          });
    }

    @Override
    public void update(IOLoop loop, int events) {
      loop.updateHandler(channel, events);
    }

    @Override
    public void remove(IOLoop loop) {
      loop.removeHandler(channel);
    }

    @Override
    public void send() {
      unchecked(() -> otherSide.write(ByteBuffer.wrap(new byte[1])));
    }

    @Override
    public void read() {
      unchecked(() -> channel.read(ByteBuffer.allocate(16)));
    }

    @Override
    public void hangUp() {
      unchecked(otherSide::close);
    }

    @Override
    public void reset() {
      unchecked(
          () -> ((SocketChannel) otherSide).setOption(StandardSocketOptions.SO_LINGER, 0).close());
    }

    @Override
    public void close() {
      unchecked(channel::close);
      unchecked(otherSide::close);
    }
  }

  @Override
  Watched openPipe() {
    try {
      var pipe = Pipe.open();
      return new WatchedChannel<>(pipe.source(), pipe.sink());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  Watched openSocket() {
    try (var listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      var near = SocketChannel.open(listener.getLocalAddress());
      return new WatchedChannel<>(near, listener.accept());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @LoopTest
  @Tag("CON-4")
  void aNumberIsRefusedByAPollerThatTakesChannelsOnly(IOLoop loop) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loop.addHandler(0, Interest.READ, (_, _) -> {}))
        .withMessageContaining("epoll");
  }

  @LoopTest
  @Tag("IOL-60")
  void aHandlerMayCloseItsChannelAndForgetIt(IOLoop loop) throws IOException {
    var pipe = Pipe.open();
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    loop.addHandler(
        pipe.source(),
        Interest.READ,
        (channel, _) -> {
          ran.add("called");
          try {
            channel.close();
          } catch (IOException failure) {
            throw new UncheckedIOException(failure);
          }
        });
    someTurns();
    assertThat(ran).containsExactly("called");
    assertThatIllegalStateException()
        .isThrownBy(() -> loop.updateHandler(pipe.source(), Interest.READ));
    pipe.sink().close();
  }
}
