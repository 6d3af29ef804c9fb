// SPDX-License-Identifier: Apache-2.0
package whirlwind.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PatternSearchTest {
  private final ReadBuffer buffer = new ReadBuffer();

  @Test
  void findsTheEndOfTheFirstMatch() {
    append("header: 12, 345;");
    assertThat(search("\\d+[,;]").findEnd(buffer, true)).isEqualTo(11);
    assertThat(search("\\d{4}").findEnd(buffer, true)).isEqualTo(-1);
  }

  @Test
  void bytesAboveAsciiAreCharactersOfTheSameNumber() {
    buffer.append(ByteBuffer.wrap(new byte[] {1, (byte) 0xc3, (byte) 0xa9, 2}));
    assertThat(search("\\xc3\\xa9").findEnd(buffer, true)).isEqualTo(3);
  }

  @Test
  @Tag("STR-33")
  void expressionThatMatchesNothingWaitsForTheFirstByte() {
    var search = search("x*");
    assertThat(search.findEnd(buffer, true)).isEqualTo(-1);
    append("abc");
    assertThat(search.findEnd(buffer, true)).isZero();
  }

  @Test
  @Tag("STR-34")
  void openEndedExpressionMatchesWhatHasArrived() {
    append("a");
    assertThat(search("a+").findEnd(buffer, true)).isEqualTo(1);
    append("aa");
    assertThat(search("a+").findEnd(buffer, true)).isEqualTo(3);
  }

  @Test
  @Tag("STR-32")
  void looksAgainOnlyWhenTheContentHasDoubled() {
    var search = search("!");
    append("0123");
    assertThat(search.findEnd(buffer, false)).isEqualTo(-1);
    append("45!");
    assertThat(search.findEnd(buffer, false)).isEqualTo(-1);
    append("7");
    assertThat(search.findEnd(buffer, false)).isEqualTo(7);
  }

  @Test
  @Tag("STR-32")
  void looksAgainWhenNothingMoreIsAtHand() {
    var search = search("!");
    append("0123");
    assertThat(search.findEnd(buffer, false)).isEqualTo(-1);
    append("!");
    assertThat(search.findEnd(buffer, false)).isEqualTo(-1);
    assertThat(search.findEnd(buffer, true)).isEqualTo(5);
  }

  @Test
  @Tag("STR-32")
  void totalWorkIsLinearWhileDataKeepsComing() {
    // Each look would find the mark that stands at the front while a look is not due; taking it
    // away when one is due shows how many bytes all looks together go over.
    var search = search("!");
    long lookedAt = 0;
    int total = 200_000;
    append("!");
    buffer.array()[buffer.head()] = '.';
    assertThat(search.findEnd(buffer, false)).isEqualTo(-1);
    for (int size = 2; size <= total; size++) {
      append(".");
      buffer.array()[buffer.head()] = '!';
      boolean looks = search.findEnd(buffer, false) == 1;
      lookedAt += looks ? size : 0;
      buffer.array()[buffer.head()] = '.';
    }
    assertThat(lookedAt).isPositive().isLessThanOrEqualTo(2L * total);
  }

  private static PatternSearch search(String regex) {
    return new PatternSearch(Pattern.compile(regex));
  }

  private void append(String text) {
    buffer.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
