// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.buffer.ReadBuffer;
import whirlwind.stream.ReadRequest.Exactly;
import whirlwind.stream.ReadRequest.Into;
import whirlwind.stream.ReadRequest.More;
import whirlwind.stream.ReadRequest.Partial;
import whirlwind.stream.ReadRequest.Until;
import whirlwind.stream.ReadRequest.UntilClose;
import whirlwind.stream.ReadRequest.UntilMatch;

class ReadRequestTest {
  private static final int NO_LIMIT = ReadRequest.NO_LIMIT;
  private static final int NOT_YET = -1;

  private final ReadBuffer in = new ReadBuffer();

  @Test
  void exactlyWaitsForTheLastByte() {
    var request = new Exactly(3);
    arrive("ab");
    assertThat(request.match(in, true)).isEqualTo(NOT_YET);
    assertThat(request.wanted(in)).isEqualTo(1);
    arrive("cd");
    assertThat(request.match(in, true)).isEqualTo(3);
    assertThat(request.wanted(in)).isZero();
  }

  @Test
  void zeroBytesAreThereAtOnce() {
    assertThat(new Exactly(0).match(in, true)).isZero();
    assertThat(new Partial(0).match(in, true)).isZero();
    assertThat(into(0, false).match(in, true)).isZero();
    assertThat(into(0, true).match(in, true)).isZero();
    arrive("x");
    assertThat(new Exactly(0).match(in, true)).isZero();
    assertThat(new Partial(0).match(in, true)).isZero();
  }

  @Test
  void partialTakesWhatIsThereButNotMoreThanAsked() {
    var request = new Partial(3);
    assertThat(request.match(in, true)).isEqualTo(NOT_YET);
    assertThat(request.wanted(in)).isEqualTo(3);
    arrive("a");
    assertThat(request.match(in, true)).isEqualTo(1);
    arrive("bcde");
    assertThat(request.match(in, true)).isEqualTo(3);
  }

  @Test
  void untilIncludesTheDelimiterAndNothingBehindIt() {
    var request = until("\r\n", NO_LIMIT);
    arrive("line\r");
    assertThat(request.match(in, true)).isEqualTo(NOT_YET);
    arrive("\nnext");
    assertThat(request.match(in, true)).isEqualTo(6);
  }

  @Test
  @Tag("STR-27")
  void delimiterThatEndsAtTheLimitIsFound() {
    arrive("abcdef\n");
    assertThat(until("\n", 7).match(in, true)).isEqualTo(7);
    assertThat(until("f\n", 7).match(in, true)).isEqualTo(7);
  }

  @Test
  @Tag("STR-27")
  @Tag("STR-28")
  void delimiterThatEndsBehindTheLimitIsNot() {
    arrive("abcdef\n");
    assertUnsatisfiable(until("\n", 6), "delimiter \"\\n\" not found within 6 bytes");
    assertUnsatisfiable(until("f\n", 6), "delimiter \"f\\n\" not found within 6 bytes");
    assertUnsatisfiable(until("z", 1), "delimiter \"z\" not found within 1 byte");
  }

  @Test
  @Tag("STR-27")
  void fullLimitWithoutDelimiterNeedsNoFurtherByte() {
    var request = until("\n", 4);
    arrive("abc");
    assertThat(request.match(in, true)).isEqualTo(NOT_YET);
    arrive("d");
    assertUnsatisfiable(request, "not found within 4 bytes");
  }

  @Test
  @Tag("STR-27")
  void matchThatEndsAtTheLimitIsFound() {
    arrive("key: 123;");
    assertThat(untilMatch("\\d+;", 9).match(in, false)).isEqualTo(9);
  }

  @Test
  @Tag("STR-27")
  @Tag("STR-28")
  void matchThatEndsBehindTheLimitIsNot() {
    arrive("key: 123;more");
    assertUnsatisfiable(untilMatch("\\d+;", 8), "match of /\\d+;/ not found within 8 bytes");
    assertUnsatisfiable(untilMatch("z", 8), "match of /z/ not found within 8 bytes");
  }

  @Test
  @Tag("STR-28")
  void openEndedMatchIsNotCutAtTheLimit() {
    arrive("12345");
    assertUnsatisfiable(untilMatch("\\d+", 4), "match of /\\d+/ not found within 4 bytes");
  }

  @Test
  @Tag("STR-32")
  void matchIsLookedForAgainWhenDoubledOrWhenNothingIsAtHand() {
    var request = untilMatch(";", NO_LIMIT);
    arrive("abcd");
    assertThat(request.match(in, false)).isEqualTo(NOT_YET);
    arrive(";");
    assertThat(request.match(in, false)).isEqualTo(NOT_YET);
    assertThat(request.match(in, true)).isEqualTo(5);
  }

  @Test
  void limitReachedIsDecidedWithoutWaitingForDoubling() {
    var request = untilMatch(";", 5);
    arrive("abcd");
    assertThat(request.match(in, false)).isEqualTo(NOT_YET);
    arrive(";");
    assertThat(request.match(in, false)).isEqualTo(5);
  }

  @Test
  void boundedRequestsWantNoMoreThanTheyCanUse() {
    arrive("abcd");
    for (ReadRequest request :
        List.of(
            new Exactly(10),
            new Partial(10),
            until("\n", 10),
            untilMatch("\n", 10),
            into(10, false))) {
      assertThat(request.wanted(in)).as("%s", request).isEqualTo(6);
    }
    for (ReadRequest request :
        List.of(new Exactly(3), new Partial(3), until("\n", 3), into(3, true))) {
      assertThat(request.wanted(in)).as("%s", request).isZero();
    }
  }

  @Test
  void unboundedRequestsWantWhateverComes() {
    arrive("abcd");
    for (ReadRequest request :
        List.of(until("\n", NO_LIMIT), untilMatch("\n", NO_LIMIT), new UntilClose())) {
      assertThat(request.wanted(in)).isEqualTo(NO_LIMIT);
    }
  }

  @Test
  void intoIsSatisfiedWhenFull() {
    var request = into(8, false);
    arrive("!!");
    assertThat(request.match(in, true)).isEqualTo(NOT_YET);
    request.take(in);
    assertThat(request.transferred()).isEqualTo(2);
    assertThat(request.match(in, true)).isEqualTo(NOT_YET);
    assertThat(request.wanted(in)).isEqualTo(6);
    arrive("12345678");
    assertThat(request.match(in, true)).isEqualTo(6);
    request.take(in);
    assertThat(request.match(in, true)).isZero();
    assertThat(request.transferred()).isEqualTo(8);
    assertThat(new String(request.target().array(), StandardCharsets.US_ASCII))
        .isEqualTo("!!123456");
    assertThat(in.size()).isEqualTo(2);
  }

  @Test
  void partialIntoIsSatisfiedByTheFirstBytes() {
    var request = into(8, true);
    assertThat(request.match(in, true)).isEqualTo(NOT_YET);
    arrive("ab");
    assertThat(request.match(in, true)).isEqualTo(2);
    request.take(in);
    assertThat(request.match(in, true)).isZero();
    assertThat(request.target().array()).containsExactly('a', 'b', 0, 0, 0, 0, 0, 0);
  }

  @Test
  void intoCountsFromWhereTheTargetStood() {
    var target = ByteBuffer.allocateDirect(10).position(4).limit(7);
    var request = new Into(target, false);
    assertThat(request.wanted(in)).isEqualTo(3);
    arrive("abcd");
    request.take(in);
    assertThat(request.transferred()).isEqualTo(3);
    assertThat(target.position()).isEqualTo(7);
  }

  @Test
  void intoGivesItsBytesBackInOrder() {
    var target = ByteBuffer.allocate(10).position(1).limit(8);
    var request = new Into(target, false);
    arrive("abc");
    request.take(in);
    target.put((byte) 'd');
    request.giveBack(in);
    assertThat(target.position()).isEqualTo(1);
    assertThat(target.limit()).isEqualTo(8);
    assertThat(request.transferred()).isZero();
    arrive("ef");
    assertThat(new String(in.take(6), StandardCharsets.US_ASCII)).isEqualTo("abcdef");
  }

  @Test
  void untilCloseIsSatisfiedByTheEndAlone() {
    var request = new UntilClose();
    assertThat(request.match(in, true)).isEqualTo(NOT_YET);
    assertThat(request.matchAtEnd(in, true)).isZero();
    arrive("abc");
    assertThat(request.match(in, true)).isEqualTo(NOT_YET);
    assertThat(request.matchAtEnd(in, true)).isEqualTo(3);
  }

  @Test
  void moreTakesNothingAndAnswersAtACleanEnd() {
    var request = new More();
    assertThat(request.match(in, true)).isEqualTo(NOT_YET);
    assertThat(request.wanted(in)).isEqualTo(1);
    assertThat(request.matchAtEnd(in, true)).isZero();
    assertThat(request.matchAtEnd(in, false)).isEqualTo(NOT_YET);
    arrive("ab");
    assertThat(request.match(in, false)).isZero();
    assertThat(request.wanted(in)).isZero();
    assertThat(request.matchAtEnd(in, false)).isZero();
  }

  @Test
  void otherRequestsNeedTheSameAtTheEnd() {
    arrive("abc;");
    assertThat(new Exactly(5).matchAtEnd(in, true)).isEqualTo(NOT_YET);
    assertThat(new Exactly(4).matchAtEnd(in, true)).isEqualTo(4);
    var search = untilMatch(";", NO_LIMIT);
    assertThat(search.matchAtEnd(in, true)).isEqualTo(4);
    assertThat(until("\n", NO_LIMIT).matchAtEnd(in, true)).isEqualTo(NOT_YET);
  }

  @Test
  void badArgumentsFailWhenTheRequestIsMade() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Exactly(-3))
        .withMessage("count must be at least 0, got -3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Partial(-1))
        .withMessage("max must be at least 0, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> until("\n", 0))
        .withMessage("maxBytes must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> untilMatch("\n", -1))
        .withMessage("maxBytes must be at least 1, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Into(ByteBuffer.allocate(1).asReadOnlyBuffer(), false))
        .withMessageStartingWith("target must be writable, got java.nio.HeapByteBufferR");
  }

  @Test
  @Tag("STR-33")
  void emptyDelimiterFailsWhenTheRequestIsMade() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> until("", NO_LIMIT))
        .withMessage("delimiter must have at least 1 byte, got none");
  }

  @Test
  void missingArgumentsFailWhenTheRequestIsMade() {
    assertThatNullPointerException()
        .isThrownBy(() -> new Until((byte[]) null, 1))
        .withMessage("delimiter");
    assertThatNullPointerException()
        .isThrownBy(() -> new UntilMatch((Pattern) null, 1))
        .withMessage("pattern");
    assertThatNullPointerException().isThrownBy(() -> new Into(null, true)).withMessage("target");
  }

  @Test
  void everyRequestPrintsAsTheCallThatMadeIt() {
    assertThat(new Exactly(1)).hasToString("readBytes(1 byte)");
    assertThat(new Partial(512)).hasToString("readPartial(at most 512 bytes)");
    assertThat(until("\r\n", 65536)).hasToString("readUntil(\"\\r\\n\", at most 65536 bytes)");
    assertThat(until("\n", NO_LIMIT)).hasToString("readUntil(\"\\n\")");
    assertThat(untilMatch("a+;", 9)).hasToString("readUntilRegex(/a+;/, at most 9 bytes)");
    assertThat(new UntilClose()).hasToString("readUntilClose()");
    var into = into(8, false);
    arrive("abc");
    into.take(in);
    assertThat(into).hasToString("readInto(8 bytes, 3 so far)");
    assertThat(into(8, true)).hasToString("readInto(at most 8 bytes, 0 so far)");
  }

  private void assertUnsatisfiable(ReadRequest request, String message) {
    int before = in.size();
    assertThatThrownBy(() -> request.match(in, true))
        .isInstanceOf(UnsatisfiableReadException.class)
        .hasMessageContaining(message);
    assertThat(in.size()).isEqualTo(before);
  }

  private static Until until(String delimiter, int maxBytes) {
    return new Until(delimiter.getBytes(StandardCharsets.US_ASCII), maxBytes);
  }

  private static UntilMatch untilMatch(String regex, int maxBytes) {
    return new UntilMatch(Pattern.compile(regex), maxBytes);
  }

  private static Into into(int room, boolean partial) {
    return new Into(ByteBuffer.allocate(room), partial);
  }

  private void arrive(String text) {
    in.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
