// SPDX-License-Identifier: Apache-2.0
package whirlwind.soak;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;

/** What a client does to a server, from connecting to the end of the connection. */
enum Visit {
  /** As it should be. */
  ECHO {
    @Override
    void pay(Servers servers, boolean tls, int number) {
      converse(servers.connect(tls, number), number);
    }
  },

  /** Says that no more will come, and waits for the rest. */
  HALF_CLOSE {
    @Override
    void pay(Servers servers, boolean tls, int number) {
      var stream = servers.connect(tls, number);
      var message = message(number);
      stream.write(message).await();
      var echo = stream.readBytes(message.length).await();
      stream.shutdownOutput();
      requireSame(message, echo);
      requireSame(new byte[0], stream.readUntilClose().await());
    }
  },

  /** Gives up waiting for bytes that nobody sends. */
  IMPATIENT {
    @Override
    void pay(Servers servers, boolean tls, int number) {
      var stream = servers.connect(tls, number);
      try {
        stream.readBytes(1, Duration.ofMillis(1)).await();
        throw new AssertionError("wanted no byte, got one");
      } catch (TimeoutException _) {
        converse(stream, number);
      }
    }
  },

  /** Goes before it has said a word; by TLS, in the middle of the handshake. */
  HASTY {
    @Override
    void pay(Servers servers, boolean tls, int number) {
      var stream = new IOStream();
      stream.connect(servers.address(tls, number)).await();
      stream.close();
    }
  },

  /** Sends what TLS is not, or else half a message, and resets the connection. */
  RUDE {
    @Override
    void pay(Servers servers, boolean tls, int number) {
      var address = servers.address(tls, number);
      IOLoop.current().runInExecutor(() -> sendAndReset(address, message(number))).await();
    }
  };

  private static final int LARGEST_MESSAGE = 40_000; // more than two records of TLS

  /** Comes and goes, in a coroutine; leaves nothing behind. */
  abstract void pay(Servers servers, boolean tls, int number);

  private static void converse(IOStream stream, int number) {
    try {
      var message = message(number);
      stream.write(message).await();
      requireSame(message, stream.readBytes(message.length).await());
    } finally {
      stream.close();
    }
  }

  private static byte[] message(int number) {
    var message = new byte[1 + number * 7919 % LARGEST_MESSAGE];
    Arrays.fill(message, (byte) number);
    return message;
  }

  private static void requireSame(byte[] sent, byte[] got) {
    if (!Arrays.equals(sent, got)) {
      throw new AssertionError(
          "wanted the same %d bytes back, got %d others".formatted(sent.length, got.length));
    }
  }

  private static Void sendAndReset(InetSocketAddress address, byte[] bytes) throws IOException {
    try (var channel = SocketChannel.open(address)) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      channel.write(ByteBuffer.wrap(bytes));
    }
    return null;
  }
}
