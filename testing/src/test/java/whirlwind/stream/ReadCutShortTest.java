// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import whirlwind.future.Futures;
import whirlwind.testing.CancelEverywhere;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.MemoryTransport;

/**
 * Every kind of read, cut short at every place while bytes come one by one: what it did not return
 * the next read finds, in order.
 */
@ExtendWith(LogRecorderExtension.class)
@ResourceLock("whirlwind.log")
class ReadCutShortTest {
  private static final String TEXT = "one;two;three;four;";
  private static final Pattern WORD_END = Pattern.compile("[a-z];");

  /** Reads once, and adds to {@code got} what it got. */
  private interface Reading {
    void read(IOStream stream, @Nullable Duration timeout, StringBuilder got);
  }

  private static void check(Reading reading) {
    int trials =
        CancelEverywhere.check(
            trial -> {
              var peer = ReadPeer.of(trial.loop());
              var got = new StringBuilder();
              trial.subject(
                  () -> {
                    while (got.length() < TEXT.length()) {
                      reading.read(peer.stream(), trial.timeout(), got);
                    }
                    return null;
                  });
              trial.alongside(
                  () -> {
                    for (var each : TEXT.split("(?<=\\G.{2})")) {
                      peer.send(each);
                      Futures.moment().await();
                      Futures.moment().await();
                    }
                    peer.end();
                    return null;
                  });
              trial.afterwards(
                  () -> {
                    if (!peer.stream().closed()) {
                      got.append(ReadPeer.text(peer.stream().readUntilClose()));
                    }
                    assertThat(got).hasToString(TEXT);
                    peer.close();
                  });
            });
    assertThat(trials).isGreaterThan(20);
  }

  private static void add(StringBuilder got, byte[] bytes) {
    got.append(new String(bytes, UTF_8));
  }

  @Test
  @Tag("STR-12")
  void readBytes() {
    check((stream, timeout, got) -> add(got, stream.readBytes(1, timeout).await()));
    check(
        (stream, timeout, got) ->
            add(got, stream.readBytes(Math.min(5, TEXT.length() - got.length()), timeout).await()));
  }

  @Test
  @Tag("STR-12")
  void readPartial() {
    check((stream, timeout, got) -> add(got, stream.readPartial(3, timeout).await()));
  }

  @Test
  @Tag("STR-12")
  void readUntil() {
    check((stream, timeout, got) -> add(got, stream.readUntil(";", timeout).await()));
    check((stream, timeout, got) -> add(got, stream.readUntil(";", 9, timeout).await()));
  }

  @Test
  @Tag("STR-12")
  void readUntilRegex() {
    check((stream, timeout, got) -> add(got, stream.readUntilRegex(WORD_END, timeout).await()));
  }

  @Test
  @Tag("STR-12")
  void readInto() {
    check(
        (stream, timeout, got) -> {
          var target = ByteBuffer.allocate(Math.min(4, TEXT.length() - got.length()));
          try {
            stream.readInto(target, false, timeout).await();
          } finally {
            got.append(UTF_8.decode(target.flip()));
          }
        });
  }

  @Test
  @Tag("STR-12")
  void readUntilClose() {
    check((stream, timeout, got) -> add(got, stream.readUntilClose(timeout).await()));
  }

  @Test
  @Tag("STR-12")
  void hasMore() {
    check(
        (stream, timeout, got) -> {
          assertThat(stream.hasMore(timeout).await()).isTrue();
          add(got, stream.readPartial(3, timeout).await());
        });
  }

  @Test
  @Tag("STR-12")
  void copyTo() {
    check(
        (stream, _, got) -> {
          var target = ReadPeer.of(stream.loop());
          try {
            stream.copyTo(target.stream()).await();
          } finally {
            target.stream().shutdownOutput();
            got.append(received(target.far()));
          }
        });
  }

  /** All that is there by now. */
  private static CharBuffer received(MemoryTransport transport) {
    var all = ByteBuffer.allocate(TEXT.length());
    try {
      while (transport.read(all) > 0) {}
    } catch (IOException unexpected) {
      throw new UncheckedIOException(unexpected);
    }
    return UTF_8.decode(all.flip());
  }

  @Test
  @Tag("STR-12")
  void readsInChunks() {
    check(
        (stream, timeout, got) -> {
          stream.readBytes(TEXT.length() - got.length(), bytes -> add(got, bytes)).await();
        });
    check(
        (stream, timeout, got) -> {
          stream.readUntilClose(bytes -> add(got, bytes)).await();
        });
  }
}
