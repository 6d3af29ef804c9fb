// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;

/** What searches have in common, for a delimiter and for an expression. */
class ReadUntilTest {

  /** A search for {@code ;\n} within a number of bytes. */
  private record Search(String what, BiFunction<IOStream, Integer, Future<byte[]>> start) {
    Future<byte[]> in(ReadPeer peer) {
      return start.apply(peer.stream(), Integer.MAX_VALUE);
    }

    Future<byte[]> in(ReadPeer peer, int maxBytes) {
      return start.apply(peer.stream(), maxBytes);
    }
  }

  private static final List<Search> SEARCHES =
      List.of(
          new Search("delimiter \";\\n\"", (stream, most) -> stream.readUntil(";\n", most)),
          new Search("match of /;\n/", (stream, most) -> stream.readUntilRegex(";\n", most)));

  @LoopTest
  @Tag("STR-25")
  void theResultIncludesTheDelimiterAndTheRestStays(IOLoop loop) {
    for (var search : SEARCHES) {
      try (var peer = ReadPeer.of(loop)) {
        peer.send("one;\ntwo;\nthree");
        assertThat(now(search.in(peer))).isEqualTo("one;\n");
        assertThat(now(search.in(peer))).isEqualTo("two;\n");
        var pending = search.in(peer);
        peer.send(";\n!");
        assertThat(text(pending)).isEqualTo("three;\n");
        assertThat(now(peer.stream().readBytes(1))).isEqualTo("!");
      }
    }
  }

  @LoopTest
  @Tag("STR-26")
  void aDelimiterInTwoArrivalsIsFound(IOLoop loop) {
    for (var search : SEARCHES) {
      try (var peer = ReadPeer.of(loop)) {
        var pending = search.in(peer);
        peer.send("ab;");
        turns();
        assertThat(pending.isDone()).isFalse();
        peer.send("\ncd");
        assertThat(text(pending)).isEqualTo("ab;\n");
      }
    }
  }

  @LoopTest
  @Tag("STR-26")
  void whatBeginsLikeTheDelimiterDoesNotHideIt(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readUntil("abac");
      peer.dribble("ababac!");
      assertThat(text(pending)).isEqualTo("ababac");
    }
  }

  @LoopTest
  @Tag("STR-27")
  void aDelimiterThatEndsAtTheLimitIsFound(IOLoop loop) {
    for (var search : SEARCHES) {
      try (var peer = ReadPeer.of(loop)) {
        peer.send("abc;\ndef;\n");
        assertThat(now(search.in(peer, 5))).isEqualTo("abc;\n");
        assertThat(now(search.in(peer, 5))).isEqualTo("def;\n");
        var pending = search.in(peer, 5);
        peer.dribble("ghi;\n");
        assertThat(text(pending)).isEqualTo("ghi;\n");
      }
    }
  }

  @LoopTest
  @Tag("STR-27")
  void oneByteMoreFails(IOLoop loop) {
    for (var search : SEARCHES) {
      try (var peer = ReadPeer.of(loop)) {
        var pending = search.in(peer, 4);
        peer.dribble("abc");
        assertThat(pending.isDone()).isFalse();
        peer.send(";");
        assertThat(failureOf(pending).realError())
            .isInstanceOf(UnsatisfiableReadException.class)
            .hasMessage(search.what + " not found within 4 bytes");
      }
    }
  }

  @LoopTest
  @Tag("STR-28")
  void aMatchBeyondTheLimitFailsThoughItIsThere(IOLoop loop) {
    for (var search : SEARCHES) {
      try (var late = ReadPeer.of(loop);
          var early = ReadPeer.of(loop)) {
        var pending = search.in(late, 4);
        late.send("abc;\n and more");
        assertThat(failureOf(pending).realError()).isInstanceOf(UnsatisfiableReadException.class);
        early.send("abc;\n and more");
        assertThat(failureOf(search.in(early, 4)).realError())
            .isInstanceOf(UnsatisfiableReadException.class);
      }
    }
  }

  @LoopTest
  @Tag("STR-28")
  void aMatchBeyondTheLimitFailsThoughItIsBuffered(IOLoop loop) {
    for (var search : SEARCHES) {
      try (var peer = ReadPeer.of(loop)) {
        peer.send("!abc;\n and more");
        assertThat(now(peer.stream().readBytes(1))).isEqualTo("!");
        assertThat(failureOf(search.in(peer, 4)).realError())
            .isInstanceOf(UnsatisfiableReadException.class);
      }
    }
  }

  @LoopTest
  @Tag("STR-29")
  void overTheLimitTheStreamClosesAndSaysWhy(IOLoop loop, LogRecorder log) {
    for (var search : SEARCHES) {
      for (boolean inline : new boolean[] {true, false}) {
        try (var peer = ReadPeer.of(loop)) {
          var order = new ArrayList<String>();
          peer.stream().setCloseCallback(() -> order.add("closed"));
          if (inline) {
            peer.send("abcdef");
          }
          var read = search.in(peer, 4);
          read.onComplete(_ -> order.add("read"));
          if (!inline) {
            peer.send("abcdef");
          }
          assertThat(failureOf(read).realError()).isSameAs(peer.stream().error());
          assertThat(peer.stream().error()).isInstanceOf(UnsatisfiableReadException.class);
          assertThat(peer.stream().closed()).isTrue();
          turns();
          if (inline) { // the read had failed before its callback was attached
            assertThat(order).containsExactlyInAnyOrder("read", "closed");
          } else {
            assertThat(order).containsExactly("read", "closed");
          }
          var line = log.expect(Level.INFO, "unsatisfiable read");
          assertThat(line.message()).contains(search.what + " not found within 4 bytes");
        }
      }
    }
  }

  @LoopTest
  @Tag("STR-30")
  void afterwardsTheBytesCanStillBeRead(IOLoop loop) {
    for (var search : SEARCHES) {
      try (var peer = ReadPeer.of(loop)) {
        peer.send("abcdef;\n");
        assertThat(failureOf(search.in(peer, 4))).isNotNull();
        assertThat(now(peer.stream().readBytes(2))).isEqualTo("ab");
        assertThatThrownBy(() -> search.in(peer, 4)).isInstanceOf(StreamClosedException.class);
        assertThat(now(search.in(peer, 6))).isEqualTo("cdef;\n");
        assertThat(now(peer.stream().readUntilClose())).isEmpty();
      }
    }
  }

  @LoopTest
  void aDelimiterThatIsChangedLaterIsStillTheOneGiven(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      byte[] delimiter = {';'};
      var pending = peer.stream().readUntil(delimiter);
      delimiter[0] = 'b';
      peer.send("abc;");
      assertThat(text(pending)).isEqualTo("abc;");
    }
  }

  @LoopTest
  void aDelimiterOfLettersIsItsUtf8(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("größe");
      assertThat(now(peer.stream().readUntil("ß"))).isEqualTo("größ");
    }
  }
}
