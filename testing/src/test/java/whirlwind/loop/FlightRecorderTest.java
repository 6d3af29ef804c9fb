// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.future.Futures;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;

/**
 * What a recording of the JDK Flight Recorder has of a loop. The machine's time, as it takes that.
 */
class FlightRecorderTest {
  private static final String PREFIX = "whirlwind.";
  private static final List<String> EVENTS =
      List.of(
          "Turn",
          "SlowSlice",
          "StreamOpened",
          "StreamClosed",
          "WriteStall",
          "HighWater",
          "TaskFailed",
          "TaskCancelled");

  @TempDir private Path directory;

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("DIA-11")
  void aRecordingHasWhatHappened(IOLoop loop) throws IOException {
    List<RecordedEvent> events;
    try (var recording = new Recording()) {
      EVENTS.forEach(event -> recording.enable(PREFIX + event).withThreshold(Duration.ZERO));
      recording.start();
      stallAWriterAndResetIt(loop);
      failATask(loop);
      cancelATask(loop);
      blockTheLoop(loop);
      recording.stop();
      var file = directory.resolve("recording.jfr");
      recording.dump(file);
      events = RecordingFile.readAllEvents(file);
    }
    assertThat(events)
        .extracting(event -> event.getEventType().getName().substring(PREFIX.length()))
        .containsAll(EVENTS);
    assertThat(first(events, "StreamOpened").getString("stream")).startsWith("IOStream[");
    assertThat(first(events, "StreamClosed").getString("cause")).contains("enough of it");
    assertThat(first(events, "HighWater").getLong("waiting")).isEqualTo(90);
    assertThat(first(events, "WriteStall").getDuration()).isPositive();
    assertThat(first(events, "TaskFailed").getString("task")).isEqualTo("unlucky");
    assertThat(first(events, "TaskFailed").getString("failure")).contains("bad luck");
    assertThat(first(events, "TaskCancelled").getString("task")).isEqualTo("victim");
    assertThat(first(events, "TaskCancelled").getString("by")).isEqualTo("task culprit");
    assertThat(first(events, "SlowSlice").getString("stack")).contains("blockTheLoop");
    assertThat(first(events, "Turn").getString("loop")).isEqualTo(loop.toString());
  }

  private static RecordedEvent first(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals(PREFIX + name))
        .findFirst()
        .orElseThrow();
  }

  private static void stallAWriterAndResetIt(IOLoop loop) throws IOException {
    var pair = MemoryTransport.pair(loop, 10);
    var limits = StreamLimits.defaults().withMaxWriteBufferSize(50);
    var stream = new IOStream(loop, pair.near(), limits);
    var reader = new IOStream(loop, pair.far(), StreamLimits.defaults());
    var stalled = stream.write(new byte[100]);
    var beyond = stream.write(new byte[1]);
    reader.readBytes(101).await();
    stalled.await();
    beyond.await();
    stream.close(new IOException("enough of it"));
    reader.close();
  }

  private static void failATask(IOLoop loop) {
    var task =
        loop.spawn(
            "unlucky",
            () -> {
              throw new IllegalStateException("bad luck");
            });
    while (!task.isDone()) {
      Futures.moment().await();
    }
    assertThat(task.exception()).hasMessage("bad luck");
  }

  private static void cancelATask(IOLoop loop) {
    var victim = loop.spawn("victim", () -> Futures.sleep(Duration.ofHours(1)).await());
    Futures.moment().await();
    loop.spawn("culprit", victim::cancel).await();
  }

  private static void blockTheLoop(IOLoop loop) {
    var reported = new java.util.concurrent.CountDownLatch(1);
    loop.slowCallbackThreshold(
        Duration.ofMillis(5), (blocked, running, stack) -> reported.countDown());
    Futures.moment().await();
    while (reported.getCount() > 0) {
      Thread.onSpinWait();
    }
    loop.slowCallbackThreshold(null);
  }
}
