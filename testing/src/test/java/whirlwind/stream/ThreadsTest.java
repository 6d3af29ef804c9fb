// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.MemoryTransport;
import whirlwind.tls.ClientTls;
import whirlwind.tls.ServerTls;

class ThreadsTest {
  /** What never changes, and what a diagnosis calls from wherever it is. */
  private static final Set<String> ANYWHERE =
      Set.of("limits", "loop", "receivedBytes", "unsentBytes", "bufferedBytes", "toString");

  /** A new public method without the check is found here, too. */
  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-82")
  void offTheLoopEveryMethodThrowsAndNamesBothThreads(IOLoop loop) throws Exception {
    try (var pair = ConnectedPair.of(loop, 10)) {
      pair.send("x");
      List<Method> methods =
          Arrays.stream(IOStream.class.getMethods())
              .filter(method -> method.getDeclaringClass() != Object.class)
              .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isBridge())
              .filter(method -> !ANYWHERE.contains(method.getName()))
              .toList();
      assertThat(methods).hasSizeGreaterThan(40);

      for (var method : methods) {
        assertThat(thrownElsewhere(() -> call(method, pair.stream())))
            .as(method.toString())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("a stranger")
            .hasMessageContaining("loop of offTheLoop");
      }
      assertThat(pair.stream().closed()).isFalse();
      assertThat(pair.stream().reading()).isFalse();
      assertThat(pair.near().statistics().bytesRead()).isZero();
      assertThat(pair.near().statistics().bytesWritten()).isZero();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-82")
  void offTheLoopItsTextIsThere(IOLoop loop) throws Exception {
    try (var pair = ConnectedPair.of(loop, 10)) {
      var stream = pair.stream();
      assertThat(
              thrownElsewhere(
                  () -> {
                    assertThat(stream.toString()).startsWith("IOStream[");
                    assertThat(stream.limits()).isNotNull();
                    assertThat(stream.loop()).isSameAs(loop);
                  }))
          .isNull();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @Tag("STR-82")
  void offTheLoopNoStreamCanBeMade(IOLoop loop) throws Exception {
    var ends = MemoryTransport.pair(loop, 10);
    assertThat(
            thrownElsewhere(() -> new IOStream(loop, ends.near(), StreamLimits.defaults()).close()))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void call(Method method, IOStream stream) throws Exception {
    try {
      method.invoke(
          stream, Arrays.stream(method.getParameterTypes()).map(ThreadsTest::argument).toArray());
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause() instanceof Exception cause ? cause : thrown;
    }
  }

  private static @Nullable Object argument(Class<?> type) {
    if (type == int.class) {
      return 1;
    } else if (type == boolean.class) {
      return true;
    } else if (type == byte[].class) {
      return new byte[1];
    } else if (type == String.class) {
      return "x";
    } else if (type == ByteBuffer.class) {
      return ByteBuffer.allocate(1);
    } else if (type == ByteBuffer[].class) {
      return new ByteBuffer[] {ByteBuffer.allocate(1)};
    } else if (type == Pattern.class) {
      return Pattern.compile("x");
    } else if (type == Consumer.class) {
      return (Consumer<Object>) _ -> {};
    } else if (type == SocketAddress.class) {
      return new InetSocketAddress(0);
    } else if (type == ClientTls.class) {
      return ClientTls.defaults();
    } else if (type == ServerTls.class) {
      return ServerTls.of(_ -> SSLContext.getDefault());
    } else if (type == Duration.class
        || type == Throwable.class
        || type == Runnable.class
        || type == BaseIOStream.class) {
      return null;
    }
    throw new AssertionError("no argument for " + type);
  }

  /** Something that may fail. */
  private interface Act {
    void run() throws Exception;
  }

  /** What {@code act} throws in another thread, or null; that thread never waits for this one. */
  private static @Nullable Throwable thrownElsewhere(Act act) throws Exception {
    var thrown =
        new FutureTask<@Nullable Throwable>(
            () -> {
              try {
                act.run();
                return null;
              } catch (Throwable failure) {
                return failure;
              }
            });
    Thread.ofPlatform().name("a stranger").daemon().start(thrown);
    return thrown.get();
  }
}
