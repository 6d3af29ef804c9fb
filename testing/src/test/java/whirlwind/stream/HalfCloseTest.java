// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class HalfCloseTest {

  private final List<String> events = new ArrayList<>();

  @LoopTest
  @Tag("STR-65")
  void byDefaultTheEndOfTheInputClosesTheStreamOnceItIsRead(IOLoop loop) throws IOException {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setCloseCallback(() -> events.add("closed"));
      pair.send("request");
      ConnectedPair.settle();
      pair.far().shutdownOutput();
      pair.stream().write("still open").await();

      assertThat(pair.stream().readUntilClose().await()).asString(ISO_8859_1).isEqualTo("request");
      assertThat(pair.stream().closed()).isTrue();
      assertThat(pair.stream().inputEnded()).isTrue();
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(() -> pair.stream().write("reply"));
      ConnectedPair.settle();
      assertThat(events).containsExactly("closed");
    }
  }

  @LoopTest
  @Tag("STR-65")
  void whereAllowedTheReplyFollowsTheEndOfTheInput(IOLoop loop) throws IOException {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setAllowHalfClose(true);
      pair.stream().setCloseCallback(() -> events.add("closed"));
      pair.send("request");
      pair.far().shutdownOutput();

      assertThat(pair.stream().readUntilClose().await()).asString(ISO_8859_1).isEqualTo("request");
      assertThat(pair.stream().inputEnded()).isTrue();
      assertThat(pair.stream().closed()).isFalse();
      pair.stream().write("reply").await();
      ConnectedPair.settle();
      assertThat(pair.take()).isEqualTo("reply");
      assertThat(events).isEmpty();

      pair.stream().close();
      ConnectedPair.settle();
      assertThat(events).containsExactly("closed");
      assertThat(pair.stream().error()).isNull();
    }
  }

  @LoopTest
  @Tag("STR-65")
  void afterTheEndOfTheInputReadsHaveWhatIsLeft(IOLoop loop) throws IOException {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setAllowHalfClose(true);
      var unsatisfied = pair.stream().readUntil("\n");
      pair.send("rest");
      pair.far().shutdownOutput();

      assertThatExceptionOfType(StreamClosedException.class).isThrownBy(unsatisfied::await);
      assertThat(pair.stream().closed()).isFalse();
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(() -> pair.stream().readBytes(5));
      assertThat(pair.stream().readBytes(4).await()).asString(ISO_8859_1).isEqualTo("rest");
    }
  }

  @LoopTest
  @Tag("STR-65")
  void anEndThatNobodyReadsDoesNotKeepTheLoopBusy(IOLoop loop) throws IOException {
    try (var pair = ConnectedPair.of(loop, 100)) {
      pair.stream().setAllowHalfClose(true);
      pair.stream().setCloseCallback(() -> events.add("closed"));
      pair.far().shutdownOutput();
      ConnectedPair.settle();
      assertThat(pair.stream().inputEnded()).isTrue();
      int before = pair.near().statistics().reports();
      ConnectedPair.settle();
      assertThat(pair.near().statistics().reports()).isEqualTo(before);
    }
  }

  @LoopTest
  @Tag("STR-65")
  void shutdownOutputFollowsWhatWasWritten(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 4)) {
      var written = pair.stream().write("request");
      pair.stream().shutdownOutput();
      pair.stream().shutdownOutput(); // a second one does nothing
      var far = new IOStream(loop, pair.far(), StreamLimits.defaults());
      far.setAllowHalfClose(true);

      assertThat(far.readUntilClose().await()).asString(ISO_8859_1).isEqualTo("request");
      written.await();
      far.write("okay").await();
      far.close();
      assertThat(pair.stream().readUntilClose().await()).asString(ISO_8859_1).isEqualTo("okay");
    }
  }

  @LoopTest
  @Tag("STR-65")
  void afterShutdownOutputNothingCanBeWritten(IOLoop loop) {
    try (var pair = ConnectedPair.of(loop, 10)) {
      pair.stream().shutdownOutput();

      assertThatIllegalStateException()
          .isThrownBy(() -> pair.stream().write("x"))
          .withMessageContaining("shutdownOutput");
      assertThat(pair.stream().closed()).isFalse();
    }
  }

  @LoopTest
  void shutdownOutputNeedsAConnection(IOLoop loop) {
    var stream = new IOStream();
    assertThatIllegalStateException().isThrownBy(stream::shutdownOutput);
    stream.close();
  }
}
