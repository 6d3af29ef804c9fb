// SPDX-License-Identifier: Apache-2.0
package whirlwind.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WriteBufferTest {
  private final WriteBuffer buffer = new WriteBuffer();

  @Test
  void emptyBufferHoldsNoMemory() {
    assertThat(buffer.capacity()).isZero();
    assertThat(buffer.heads(16)).isEmpty();
    append("hello");
    assertThat(buffer.capacity()).isPositive();
    buffer.advance(5);
    assertThat(buffer.isEmpty()).isTrue();
    assertThat(buffer.capacity()).isZero();
    assertThat(buffer.heads(16)).isEmpty();
  }

  @Test
  void sourceMayBeReusedOnceAppended() {
    byte[] bytes = {'a', 'b', 'c'};
    var source = ByteBuffer.wrap(bytes);
    buffer.append(source);
    assertThat(source.hasRemaining()).isFalse();
    bytes[1] = '?';
    assertThat(waiting()).isEqualTo("abc");
  }

  @Test
  void smallAppendsShareAChunk() {
    for (int i = 0; i < 100; i++) {
      append("ten bytes.");
    }
    assertThat(buffer.heads(16)).hasSize(1);
    assertThat(buffer.capacity()).isEqualTo(1024);
  }

  @Test
  void largeAppendIsCutIntoChunks() {
    buffer.append(ByteBuffer.allocate(10 << 20));
    assertThat(buffer.size()).isEqualTo(10 << 20);
    assertThat(buffer.heads(1000)).hasSize(160).allMatch(piece -> piece.remaining() == 64 << 10);
    assertThat(buffer.heads(16)).hasSize(16);
  }

  @Test
  void memoryGrowsWithTheBacklogAndGoesWithIt() {
    for (int i = 0; i < 100_000; i++) {
      append("0123456789");
      assertThat(buffer.capacity()).isLessThanOrEqualTo(Math.max(1024, 2 * buffer.size()));
    }
    while (!buffer.isEmpty()) {
      buffer.advance(Math.min(5_000, buffer.size()));
      assertThat(buffer.capacity()).isLessThanOrEqualTo(buffer.size() + 2 * (64 << 10));
    }
    assertThat(buffer.capacity()).isZero();
  }

  @Test
  void advanceAloneSaysWhatWasSent() {
    append("abcdef");
    buffer.heads(1)[0].get(new byte[4]);
    assertThat(waiting()).isEqualTo("abcdef");
    buffer.advance(2);
    assertThat(waiting()).isEqualTo("cdef");
    append("gh");
    assertThat(waiting()).isEqualTo("cdefgh");
  }

  @Test
  void positionsCountFromTheBeginningOfTheStream() {
    buffer.bypassed(10);
    append("abcde");
    assertThat(buffer.accepted()).isEqualTo(15);
    assertThat(buffer.flushed()).isEqualTo(10);
    buffer.advance(3);
    assertThat(buffer.flushed()).isEqualTo(13);
    assertThat(buffer.size()).isEqualTo(2);
    buffer.advance(2);
    buffer.bypassed(5_000_000_000L);
    assertThat(buffer.accepted()).isEqualTo(5_000_000_015L);
    assertThat(buffer.flushed()).isEqualTo(5_000_000_015L);
  }

  @Test
  void nothingOvertakesWhatWaits() {
    append("x");
    assertThatThrownBy(() -> buffer.bypassed(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("bytes may bypass only an empty write buffer, 1 are waiting");
  }

  @Test
  void clearReleasesAtOnceAndKeepsWhatWasFlushed() {
    buffer.append(ByteBuffer.allocate(1 << 20));
    buffer.advance(1000);
    buffer.clear();
    assertThat(buffer.isEmpty()).isTrue();
    assertThat(buffer.capacity()).isZero();
    assertThat(buffer.heads(4)).isEmpty();
    assertThat(buffer.flushed()).isEqualTo(1000);
    append("new");
    assertThat(waiting()).isEqualTo("new");
  }

  @Test
  void badCountsAreRejectedAndChangeNothing() {
    append("abc");
    assertThatThrownBy(() -> buffer.advance(4))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("count must be from 0 to the 3 bytes waiting, got 4");
    assertThatThrownBy(() -> buffer.advance(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> buffer.heads(0));
    assertThat(waiting()).isEqualTo("abc");
    buffer.advance(3);
    assertThatIllegalArgumentException().isThrownBy(() -> buffer.bypassed(-1));
  }

  @Test
  void behavesLikeASequenceOfBytes() {
    var random = new Random(3);
    for (int round = 0; round < 50; round++) {
      var model = new StringBuilder();
      long accepted = buffer.accepted();
      int portion = 1 << random.nextInt(18);
      for (int step = 0; step < 100; step++) {
        if (random.nextBoolean()) {
          byte[] bytes = new byte[random.nextInt(portion)];
          random.nextBytes(bytes);
          buffer.append(
              random.nextBoolean()
                  ? ByteBuffer.wrap(bytes)
                  : ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
          model.append(new String(bytes, StandardCharsets.ISO_8859_1));
          accepted += bytes.length;
        } else {
          var pieces = buffer.heads(1 + random.nextInt(5));
          String shown = text(pieces);
          assertThat(model.substring(0, shown.length())).isEqualTo(shown);
          assertThat(shown.isEmpty()).isEqualTo(model.isEmpty());
          int sent = random.nextInt(shown.length() + 1);
          buffer.advance(sent);
          model.delete(0, sent);
        }
        assertThat(buffer.size()).isEqualTo(model.length());
        assertThat(buffer.accepted()).isEqualTo(accepted);
        assertThat(buffer.flushed()).isEqualTo(accepted - model.length());
      }
      assertThat(waiting()).isEqualTo(model.toString());
      buffer.advance(model.length());
      assertThat(buffer.capacity()).isZero();
    }
  }

  private void append(String text) {
    buffer.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private String waiting() {
    return text(buffer.heads(Integer.MAX_VALUE));
  }

  private static String text(ByteBuffer[] pieces) {
    var text = new StringBuilder();
    for (var piece : pieces) {
      text.append(StandardCharsets.ISO_8859_1.decode(piece.duplicate()));
    }
    return text.toString();
  }
}
