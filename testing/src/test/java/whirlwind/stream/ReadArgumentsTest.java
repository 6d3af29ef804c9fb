// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.stream.ReadPeer.now;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class ReadArgumentsTest {

  /** All that no read accepts. */
  private static final List<Consumer<IOStream>> BAD =
      List.of(
          stream -> stream.readBytes(-1),
          stream -> stream.readBytes(-1, Duration.ofSeconds(1)),
          stream -> stream.readBytes(-1, _ -> {}),
          stream -> stream.readBytes(1, (Consumer<byte[]>) null),
          stream -> stream.readPartial(-1),
          stream -> stream.readUntil(""),
          stream -> stream.readUntil(new byte[0], 1),
          stream -> stream.readUntil((byte[]) null),
          stream -> stream.readUntil((String) null),
          stream -> stream.readUntil("\n", 0),
          stream -> stream.readUntil("\n", -1),
          stream -> stream.readUntilRegex("("),
          stream -> stream.readUntilRegex("(", 10),
          stream -> stream.readUntilRegex((Pattern) null),
          stream -> stream.readUntilRegex("a", 0),
          stream -> stream.readInto(null),
          stream -> stream.readInto(ByteBuffer.allocate(1).asReadOnlyBuffer()),
          stream -> stream.readUntilClose((Consumer<byte[]>) null));

  @LoopTest
  @Tag("STR-11")
  void badArgumentsLeaveTheStreamAsItWas(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      for (var bad : BAD) {
        assertThatThrownBy(() -> bad.accept(peer.stream())).isInstanceOf(RuntimeException.class);
        assertThat(peer.stream().reading()).isFalse();
      }
      peer.send("abc");
      assertThat(now(peer.stream().readBytes(3))).isEqualTo("abc");
    }
  }

  @LoopTest
  @Tag("STR-11")
  void badArgumentsDoNotDisturbAPendingRead(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readUntil("\n");
      for (var bad : BAD) {
        assertThatThrownBy(() -> bad.accept(peer.stream())).isInstanceOf(RuntimeException.class);
      }
      peer.send("abc\n");
      assertThat(ReadPeer.text(pending)).isEqualTo("abc\n");
    }
  }

  @LoopTest
  @Tag("STR-11")
  void aTimeoutBeyondAllTimesIsNoTimeout(IOLoop loop) {
    var forEver = Duration.ofSeconds(Long.MAX_VALUE);
    List<Function<IOStream, Future<byte[]>>> reads =
        List.of(
            stream -> stream.readBytes(3, forEver),
            stream -> stream.readPartial(3, forEver),
            stream -> stream.readUntil("c", forEver),
            stream -> stream.readUntilRegex(Pattern.compile("c"), forEver));
    try (var peer = ReadPeer.of(loop)) {
      for (var read : reads) {
        var pending = read.apply(peer.stream());
        peer.send("abc");
        assertThat(ReadPeer.text(pending)).isEqualTo("abc");
      }
    }
  }

  @LoopTest
  @Tag("STR-17")
  void aNegativeCountIsRefused(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      assertMessage(() -> peer.stream().readBytes(-1), "count must be at least 0, got -1");
      assertMessage(() -> peer.stream().readBytes(-7, _ -> {}), "count must be at least 0, got -7");
      assertMessage(() -> peer.stream().readPartial(-1), "max must be at least 0, got -1");
      assertThat(now(peer.stream().readBytes(3))).isEqualTo("abc");
    }
  }

  @LoopTest
  @Tag("STR-33")
  void anEmptyDelimiterIsRefused(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      assertMessage(
          () -> peer.stream().readUntil(""), "delimiter must have at least 1 byte, got none");
      assertMessage(
          () -> peer.stream().readUntil(new byte[0], 5),
          "delimiter must have at least 1 byte, got none");
      assertThat(now(peer.stream().readUntil("c"))).isEqualTo("abc");
    }
  }

  @LoopTest
  @Tag("STR-35")
  void aBadRegexFailsAtTheCall(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      assertThatThrownBy(() -> peer.stream().readUntilRegex("(a"))
          .isInstanceOf(PatternSyntaxException.class);
      assertThatThrownBy(() -> peer.stream().readUntilRegex("[", 10))
          .isInstanceOf(PatternSyntaxException.class);
      peer.send("abc");
      assertThat(now(peer.stream().readUntilRegex("[c]"))).isEqualTo("abc");
    }
  }

  @LoopTest
  void aReadOnlyTargetIsRefused(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      assertMessage(
          () -> peer.stream().readInto(ByteBuffer.allocate(1).asReadOnlyBuffer()),
          "target must be writable");
      assertThatNullPointerException().isThrownBy(() -> peer.stream().readInto(null));
    }
  }

  private static void assertMessage(ThrowingCallable call, String message) {
    assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
  }
}
