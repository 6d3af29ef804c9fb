// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.stream.ReadPeer.failureOf;
import static whirlwind.stream.ReadPeer.now;
import static whirlwind.stream.ReadPeer.text;
import static whirlwind.stream.ReadPeer.turns;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class ReadUntilCloseTest {

  @LoopTest
  @Tag("STR-43")
  void givesEverythingUpToTheEnd(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("!abc");
      assertThat(text(peer.stream().readBytes(1))).isEqualTo("!");
      var pending = peer.stream().readUntilClose();
      peer.dribble("defg");
      assertThat(pending.isDone()).isFalse();
      peer.send("h").end();
      assertThat(text(pending)).isEqualTo("abcdefgh");
      assertThat(peer.stream().closed()).isTrue();
      assertThat(peer.stream().error()).isNull();
    }
  }

  @LoopTest
  @Tag("STR-43")
  void givesNothingWhenThereIsNothing(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.end();
      assertThat(text(peer.stream().readUntilClose())).isEmpty();
    }
  }

  @LoopTest
  @Tag("STR-43")
  void whatThePeerSentBeforeItClosedIsAllThere(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("x".repeat(200_000));
      peer.far().close();
      assertThat(text(peer.stream().readUntilClose())).hasSize(200_000);
    }
  }

  @LoopTest
  @Tag("STR-44")
  void onAClosedStreamItGivesWhatIsLeft(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      peer.stream().readBytes(1).await();
      peer.stream().close();
      assertThat(now(peer.stream().readUntilClose())).isEqualTo("bc");
      assertThat(now(peer.stream().readUntilClose())).isEmpty();
      assertThat(now(peer.stream().readUntilClose())).isEmpty();
    }
  }

  @LoopTest
  @Tag("STR-44")
  void whyTheStreamWasClosedDoesNotMatter(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      peer.send("abc");
      peer.stream().readBytes(1).await();
      peer.stream().close(new IOException("planned"));
      assertThat(now(peer.stream().readUntilClose())).isEqualTo("bc");
      assertThat(now(peer.stream().readUntilClose())).isEmpty();
    }
  }

  @LoopTest
  @Tag("STR-45")
  void aLocalCloseEndsItWithWhatThereIs(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readUntilClose();
      peer.send("abc");
      turns();
      peer.stream().close();
      assertThat(text(pending)).isEqualTo("abc");
    }
  }

  @LoopTest
  @Tag("STR-45")
  void aLocalCloseWithACauseFailsIt(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var cause = new IOException("planned");
      var pending = peer.stream().readUntilClose();
      peer.send("abc");
      turns();
      peer.stream().close(cause);
      var failure = failureOf(pending);
      assertThat(failure.realError()).isSameAs(cause);
      assertThat(failure.partial()).isEqualTo(ReadPeer.utf8("abc"));
    }
  }

  @LoopTest
  @Tag("STR-46")
  void aResetFailsItAndKeepsTheBytes(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var pending = peer.stream().readUntilClose();
      peer.send("abc");
      peer.far().reset();
      var failure = failureOf(pending);
      assertThat(failure.realError())
          .isInstanceOf(IOException.class)
          .isSameAs(peer.stream().error());
      assertThat(failure.partial()).isEqualTo(ReadPeer.utf8("abc"));
      assertThat(failure.bytesTransferred()).isEqualTo(3);
      assertThat(now(peer.stream().readUntilClose())).as("bytes that are not there").isEmpty();
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("STR-46")
  void aResetOverTcpFailsItAndKeepsTheBytes() throws IOException {
    try (var tcp = ReadSocket.open()) {
      tcp.send("!abc");
      assertThat(text(tcp.stream().readPartial(1))).isEqualTo("!");
      var pending = tcp.stream().readUntilClose();
      tcp.reset();
      var failure = failureOf(pending);
      assertThat(failure.realError())
          .isInstanceOf(IOException.class)
          .isSameAs(tcp.stream().error());
      assertThat(failure.partial()).isEqualTo(ReadPeer.utf8("abc"));
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("STR-43")
  void aCleanEndOverTcpIsASuccess() throws IOException {
    try (var tcp = ReadSocket.open()) {
      var pending = tcp.stream().readUntilClose();
      tcp.send("abc").peer().shutdownOutput();
      assertThat(text(pending)).isEqualTo("abc");
      assertThat(tcp.stream().error()).isNull();
    }
  }

  @LoopTest
  @Tag("STR-49")
  void aFailureOfTheInlineAttemptReachesTheCaller(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var cause = new IOException("planned");
      peer.near().failNextRead(cause);
      var failed = peer.stream().readUntilClose();
      assertThat(failed.isDone()).isTrue();
      assertThat(failureOf(failed).realError()).isSameAs(cause);
      assertThat(peer.stream().closed()).isTrue();
    }
  }

  @LoopTest
  @Tag("STR-49")
  void aFailureOfTheInlineAttemptReachesTheCallerOfChunksToo(IOLoop loop) {
    try (var peer = ReadPeer.of(loop)) {
      var cause = new IOException("planned");
      peer.near().failNextRead(cause);
      assertThat(failureOf(peer.stream().readUntilClose(_ -> {})).realError()).isSameAs(cause);
    }
  }
}
