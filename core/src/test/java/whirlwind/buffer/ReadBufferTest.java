// SPDX-License-Identifier: Apache-2.0
package whirlwind.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadBufferTest {
  private final ReadBuffer buffer = new ReadBuffer();

  @Test
  void emptyBufferHoldsNoMemory() {
    assertThat(buffer.capacity()).isZero();
    append("hello");
    assertThat(buffer.capacity()).isPositive();
    buffer.take(3);
    buffer.skip(2);
    assertThat(buffer.isEmpty()).isTrue();
    assertThat(buffer.capacity()).isZero();
    append("again");
    buffer.clear();
    assertThat(buffer.size()).isZero();
    assertThat(buffer.capacity()).isZero();
  }

  @Test
  void appendTakesAllThatRemainsFromHeapAndDirectSources() {
    var heap = ByteBuffer.wrap(ascii("abcdef")).position(2).limit(5);
    buffer.append(heap);
    var direct = ByteBuffer.allocateDirect(8).put(ascii("xyz")).flip();
    buffer.append(direct);
    assertThat(heap.hasRemaining()).isFalse();
    assertThat(direct.hasRemaining()).isFalse();
    assertThat(text(buffer.take(6))).isEqualTo("cdexyz");
  }

  @Test
  void takenArrayBelongsToTheCaller() {
    append("abc");
    byte[] whole = buffer.take(3);
    append("defg");
    byte[] part = buffer.take(2);
    append("hijklmn");
    whole[0] = '?';
    part[0] = '?';
    assertThat(text(buffer.take(9))).isEqualTo("fghijklmn");
    assertThat(text(whole)).isEqualTo("?bc");
    assertThat(text(part)).isEqualTo("?e");
  }

  @Test
  void oneMessageInAndOutIsNotCopiedAgain() {
    append("message");
    byte[] stored = buffer.array();
    assertThat(buffer.take(7)).isSameAs(stored);
    assertThat(buffer.array()).isNotSameAs(stored);
  }

  @Test
  void takeIntoStopsAtTheSmallerOfBoth() {
    append("abcdef");
    var four = ByteBuffer.allocate(4);
    assertThat(buffer.take(four)).isEqualTo(4);
    var ten = ByteBuffer.allocateDirect(10);
    assertThat(buffer.take(ten)).isEqualTo(2);
    assertThat(buffer.take(ten)).isZero();
    assertThat(text(four.array())).isEqualTo("abcd");
    assertThat(ten.position()).isEqualTo(2);
    assertThat(ten.get(1)).isEqualTo((byte) 'f');
  }

  @Test
  void countsBeyondTheContentAreRejectedAndChangeNothing() {
    append("abc");
    assertThatThrownBy(() -> buffer.take(4))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("count must be from 0 to the 3 bytes buffered, got 4");
    assertThatThrownBy(() -> buffer.take(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> buffer.skip(4)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> buffer.get(3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> buffer.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(text(buffer.take(3))).isEqualTo("abc");
  }

  @Test
  void moreThanAnArrayHoldsIsRejected(@TempDir Path directory) throws IOException {
    append("abc");
    try (var file = new RandomAccessFile(directory.resolve("sparse").toFile(), "rw")) {
      file.setLength(ReadBuffer.MAX_SIZE);
      var huge = file.getChannel().map(MapMode.READ_ONLY, 0, ReadBuffer.MAX_SIZE);
      assertThatThrownBy(() -> buffer.append(huge))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("at most 2147483639 bytes, got 2147483639 more than the 3 in it");
      assertThat(huge.position()).isZero();
    }
    assertThat(text(buffer.take(3))).isEqualTo("abc");
  }

  @Test
  void smallRestDoesNotHoldALargeArray() {
    buffer.append(ByteBuffer.allocate(1 << 20));
    buffer.take((1 << 20) - 100);
    assertThat(buffer.size()).isEqualTo(100);
    assertThat(buffer.capacity()).isLessThanOrEqualTo(4096);
  }

  @Test
  void charactersAreTheBytesAsLatin1() {
    append("skipped");
    var all = ByteBuffer.allocate(256);
    for (int i = 0; i < 256; i++) {
      all.put((byte) i);
    }
    buffer.append(all.flip());
    buffer.skip(7);
    var characters = buffer.characters();
    assertThat(characters.length()).isEqualTo(256);
    for (int i = 0; i < 256; i++) {
      assertThat(characters.charAt(i)).isEqualTo((char) i);
    }
    assertThat(characters.toString())
        .isEqualTo(new String(all.array(), StandardCharsets.ISO_8859_1));
    assertThat(characters.subSequence(65, 70)).hasToString("ABCDE");
    assertThat(characters.subSequence(65, 70).subSequence(1, 3)).hasToString("BC");
    assertThatThrownBy(() -> characters.charAt(256)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void patternSearchesTheContentInPlace() {
    append("xxkey=value;");
    buffer.skip(2);
    var matcher = Pattern.compile("(\\w+)=(\\w+)").matcher(buffer.characters());
    assertThat(matcher.find()).isTrue();
    assertThat(matcher.group(2)).isEqualTo("value");
    assertThat(matcher.end()).isEqualTo(9);
  }

  @Test
  void manySmallAppendsMoveEachByteAFewTimesAtMost() {
    var work = new Work();
    for (int i = 0; i < 1 << 20; i++) {
      work.append(1);
    }
    assertThat(work.moved).isLessThanOrEqualTo(2L << 20);
  }

  @Test
  void takingFromTheFrontIsNotQuadratic() {
    var work = new Work();
    work.append(1 << 20);
    while (!buffer.isEmpty()) {
      work.skip(Math.min(7, buffer.size()));
    }
    assertThat(work.moved).isLessThanOrEqualTo(1L << 20);
  }

  @Test
  void longBacklogThatNeitherGrowsNorShrinksIsNotMovedForEachPortion() {
    var work = new Work();
    work.append(50_000);
    work.append(10);
    work.append(49_900);
    assertThat(buffer.capacity()).as("hardly any room left").isEqualTo(100_000);
    for (int i = 0; i < 100_000; i++) {
      work.append(10);
      work.skip(10);
    }
    assertThat(work.moved).isLessThanOrEqualTo(2 * (100_000 + 1_000_000));
    assertThat(buffer.capacity()).isLessThanOrEqualTo(4 * 100_000);
  }

  @Test
  void behavesLikeASequenceOfBytes() {
    var random = new Random(1);
    for (int round = 0; round < 50; round++) {
      var model = new StringBuilder();
      int portion = 1 << random.nextInt(14);
      for (int step = 0; step < 400; step++) {
        switch (random.nextInt(5)) {
          case 0, 1 -> {
            byte[] bytes = new byte[random.nextInt(portion)];
            random.nextBytes(bytes);
            buffer.append(ByteBuffer.wrap(bytes));
            model.append(text(bytes));
          }
          case 2 -> {
            int count = random.nextInt(model.length() + 1);
            assertThat(text(buffer.take(count))).isEqualTo(model.substring(0, count));
            model.delete(0, count);
          }
          case 3 -> {
            var target = ByteBuffer.allocate(random.nextInt(portion));
            int count = buffer.take(target);
            assertThat(count).isEqualTo(Math.min(model.length(), target.capacity()));
            assertThat(new String(target.array(), 0, count, StandardCharsets.ISO_8859_1))
                .isEqualTo(model.substring(0, count));
            model.delete(0, count);
          }
          default -> {
            int count = random.nextInt(Math.min(model.length(), 5) + 1);
            buffer.skip(count);
            model.delete(0, count);
          }
        }
        assertThat(buffer.size()).isEqualTo(model.length());
        assertThat(buffer.capacity()).isLessThanOrEqualTo(Math.max(4096, 4 * model.length()));
        if (model.length() > 0) {
          int index = random.nextInt(model.length());
          assertThat(buffer.get(index)).isEqualTo((byte) model.charAt(index));
        }
      }
      assertThat(buffer.characters().toString()).isEqualTo(model.toString());
      buffer.clear();
    }
  }

  /** Counts the bytes that operations move inside the buffer: seen from where its content lies. */
  private final class Work {
    long moved;

    void append(int count) {
      observe(() -> buffer.append(ByteBuffer.allocate(count)), buffer.size());
    }

    void skip(int count) {
      byte[] array = buffer.array();
      buffer.skip(count);
      if (buffer.array() != array) {
        moved += buffer.size();
      }
    }

    private void observe(Runnable operation, int size) {
      byte[] array = buffer.array();
      int head = buffer.head();
      operation.run();
      if (buffer.array() != array || buffer.head() != head) {
        moved += size;
      }
    }
  }

  private void append(String text) {
    buffer.append(ByteBuffer.wrap(ascii(text)));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
