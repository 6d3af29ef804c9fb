// SPDX-License-Identifier: Apache-2.0
package whirlwind.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ByteSearchTest {
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private final ReadBuffer buffer = new ReadBuffer();

  @Test
  @Tag("STR-33")
  void emptyDelimiterIsRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ByteSearch(new byte[0]))
        .withMessage("delimiter must have at least 1 byte, got none");
  }

  @Test
  void findsTheEndOfTheFirstOccurrence() {
    append("one\r\ntwo\r\n");
    assertThat(search("\r\n").findEnd(buffer, NO_LIMIT)).isEqualTo(5);
    assertThat(search("w").findEnd(buffer, NO_LIMIT)).isEqualTo(7);
    assertThat(search("\n\n").findEnd(buffer, NO_LIMIT)).isEqualTo(-1);
    assertThat(search("one\r\ntwo\r\n").findEnd(buffer, NO_LIMIT)).isEqualTo(10);
    assertThat(search("one\r\ntwo\r\n.").findEnd(buffer, NO_LIMIT)).isEqualTo(-1);
  }

  @Test
  void countsFromTheFrontOfWhatIsLeft() {
    append("a\nbb\nccc\n");
    buffer.skip(2);
    assertThat(search("\n").findEnd(buffer, NO_LIMIT)).isEqualTo(3);
  }

  @Test
  @Tag("STR-26")
  void delimiterSplitOverArrivalsIsFound() {
    var search = search("\r\n\r\n");
    for (String portion : new String[] {"head\r", "\n\r", "\r\n", "\r"}) {
      append(portion);
      assertThat(search.findEnd(buffer, NO_LIMIT)).isEqualTo(-1);
    }
    append("\nrest");
    assertThat(search.findEnd(buffer, NO_LIMIT)).isEqualTo(11);
  }

  @Test
  void foundOnceItStaysFound() {
    var search = search("b");
    append("ab");
    assertThat(search.findEnd(buffer, NO_LIMIT)).isEqualTo(2);
    append("bbbb");
    assertThat(search.findEnd(buffer, NO_LIMIT)).isEqualTo(2);
  }

  @Test
  void occurrenceMustEndWithinTheLimit() {
    append("12345--8");
    var search = search("--");
    assertThat(search.findEnd(buffer, 6)).isEqualTo(-1);
    assertThat(search.findEnd(buffer, 7)).isEqualTo(7);
  }

  @Test
  void laterChangesOfTheCallersArrayDoNotMatter() {
    byte[] delimiter = {'x'};
    var search = new ByteSearch(delimiter);
    delimiter[0] = 'y';
    search.delimiter()[0] = 'z';
    append("zyx");
    assertThat(search.findEnd(buffer, NO_LIMIT)).isEqualTo(3);
  }

  @Test
  @Tag("STR-32")
  void noByteIsLookedAtTwice() {
    for (String delimiter : new String[] {"b", "aab", "aaaaab", "aabaac"}) {
      buffer.clear();
      var search = search(delimiter);
      // Whatever has been looked at becomes the delimiter: a second look would find it.
      byte[] poison = search.delimiter();
      for (int i = 0; i < 10_000; i++) {
        append("a");
        assertThat(search.findEnd(buffer, NO_LIMIT)).isEqualTo(-1);
        buffer.array()[buffer.head() + i] = poison[i % poison.length];
      }
    }
  }

  @Test
  void everyByteValueIsFoundAtEveryOffset() {
    byte[] background = new byte[40];
    for (int value = 0; value < 256; value++) {
      for (int other : new int[] {value ^ 1, value ^ 0x80, value + 1, value - 1, ~value}) {
        for (int offset = 0; offset < background.length; offset++) {
          Arrays.fill(background, (byte) other);
          background[offset] = (byte) value;
          buffer.append(ByteBuffer.wrap(background));
          buffer.skip(offset % 3);
          int expected = offset + 1 - offset % 3;
          var search = new ByteSearch(new byte[] {(byte) value});
          assertThat(search.findEnd(buffer, NO_LIMIT)).isEqualTo(expected);
          buffer.clear();
        }
      }
    }
  }

  @Test
  void agreesWithAPlainSearchHoweverTheBytesArrive() {
    var random = new Random(2);
    for (int round = 0; round < 20_000; round++) {
      int letters = 1 + random.nextInt(3);
      String content = random(random, random.nextInt(60), letters);
      String delimiter = random(random, 1 + random.nextInt(6), letters);
      int limit = random.nextInt(4) > 0 ? NO_LIMIT : random.nextInt(60);
      var search = search(delimiter);
      buffer.clear();
      if (random.nextBoolean()) {
        append("ab");
        append(".".repeat(random.nextInt(5)) + delimiter);
        buffer.skip(buffer.size());
      }
      int at = 0;
      while (at < content.length()) {
        int next = Math.min(content.length(), at + 1 + random.nextInt(20));
        append(content.substring(at, next));
        at = next;
        String seen = content.substring(0, Math.min(at, limit));
        int index = seen.indexOf(delimiter);
        int expected = index < 0 ? -1 : index + delimiter.length();
        assertThat(search.findEnd(buffer, limit))
            .as("%s in %s", delimiter, seen)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void printsAsAQuotedString() {
    assertThat(new ByteSearch(new byte[] {'a', '\r', '\n', '\t', '"', '\\', 0, (byte) 0xff}))
        .hasToString("\"a\\r\\n\\t\\\"\\\\\\x00\\xff\"");
  }

  private static String random(Random random, int length, int letters) {
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(letters)));
    }
    return text.toString();
  }

  private static ByteSearch search(String delimiter) {
    return new ByteSearch(delimiter.getBytes(StandardCharsets.US_ASCII));
  }

  private void append(String text) {
    buffer.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
