// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.DrainReport;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.testing.LogRecorderExtension;

/** The steps in which a server comes to its end, by the clock. */
@ExtendWith(LogRecorderExtension.class)
class TCPServerDrainTest {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration CLEAN_UP = Duration.ofSeconds(3);

  private static final String CONNECTION = "connection of " + ScriptedListener.HERE;

  private final ScriptedListener listener = new ScriptedListener();
  private final List<String> events = new ArrayList<>();
  private double began;

  /** What one handler does; each connection gets the next of them. */
  @FunctionalInterface
  private interface Behaviour {
    void run(TCPServer server, IOStream stream) throws Exception;
  }

  /** Ends a while after it was asked to. */
  private Behaviour finishesAfter(Duration time) {
    return (server, _) -> {
      server.stopping().await();
      Futures.sleep(time).await();
      note("finished");
    };
  }

  /** Hears nothing, but ends a while after it was cancelled. */
  private Behaviour cleansUpFor(Duration time) {
    return (_, _) -> {
      try {
        new Promise<Void>().await();
      } finally {
        note("cancelled");
        Futures.sleep(time).await();
        note("cleaned up");
      }
    };
  }

  /** Begins anew whatever happens, until its stream is taken away. */
  private Behaviour isStubborn() {
    return (_, stream) -> {
      while (!stream.closed()) {
        try {
          new Promise<Void>().await();
        } catch (CancelledException _) {
          note("not yet");
        }
      }
      note("stream closed");
    };
  }

  private static List<String> namesOf(List<DrainReport.Straggler> stragglers) {
    return stragglers.stream().map(DrainReport.Straggler::name).toList();
  }

  private void note(String event) {
    events.add("%.0f %s".formatted(IOLoop.current().time() - began, event));
  }

  private TCPServer serverOf(Behaviour... behaviours) {
    var next = List.of(behaviours).iterator();
    var self = new TCPServer[1];
    self[0] = new TCPServer((stream, _) -> next.next().run(self[0], stream));
    self[0].listen(1);
    for (int i = 0; i < behaviours.length; i++) {
      listener.connect();
    }
    listener.ready();
    settle();
    began = IOLoop.current().time();
    return self[0];
  }

  private static void settle() {
    for (int turn = 0; turn < 20; turn++) {
      Futures.moment().await();
    }
  }

  @Test
  void whoeverFinishesInTimeIsNotDisturbed() {
    listener.run(
        () -> {
          var server =
              serverOf(finishesAfter(Duration.ofSeconds(2)), finishesAfter(Duration.ofSeconds(9)));
          var report = server.drain(GRACE, CLEAN_UP).await();
          note("drained");
          assertThat(report).isEqualTo(new DrainReport(2, List.of(), List.of()));
          assertThat(report.isClean()).isTrue();
          assertThat(events).containsExactly("2 finished", "9 finished", "9 drained");
          return server.closed().await();
        });
  }

  @Test
  void whoeverDoesNotIsCancelledAndMayCleanUp() {
    listener.run(
        () -> {
          var server =
              serverOf(finishesAfter(Duration.ofSeconds(2)), cleansUpFor(Duration.ofSeconds(1)));
          var report = server.drain(GRACE, CLEAN_UP).await();
          note("drained");
          assertThat(report.finished()).isOne();
          assertThat(namesOf(report.cancelled())).containsExactly(CONNECTION);
          assertThat(report.cancelled().getFirst().waitingFor()).startsWith("Future[pending");
          assertThat(report.aborted()).isEmpty();
          assertThat(report.isClean()).isFalse();
          assertThat(events)
              .containsExactly("2 finished", "10 cancelled", "11 cleaned up", "11 drained");
          return server.closed().await();
        });
  }

  @Test
  void whoeverCleansUpForTooLongLosesTheStream() {
    listener.run(
        () -> {
          var server = serverOf(isStubborn(), cleansUpFor(Duration.ofSeconds(1)));
          var report = server.drain(GRACE, CLEAN_UP).await();
          assertThat(report.finished()).isZero();
          assertThat(namesOf(report.cancelled())).containsExactly(CONNECTION);
          assertThat(namesOf(report.aborted())).containsExactly(CONNECTION);
          assertThat(report.aborted().getFirst().stack())
              .as("where it does not end")
              .anyMatch(frame -> frame.getMethodName().contains("isStubborn"));
          server.closed().await();
          note("closed");
          assertThat(events)
              .containsExactly(
                  "10 not yet",
                  "10 cancelled",
                  "11 cleaned up",
                  "13 not yet",
                  "13 stream closed",
                  "13 closed");
          return null;
        });
  }

  @Test
  void theReportDoesNotWaitForWhoeverNeverEnds() {
    listener.run(
        () -> {
          var waits = new ArrayList<Promise<String>>();
          var server =
              serverOf(
                  (_, _) -> {
                    while (true) {
                      try {
                        waits.add(new Promise<>());
                        note(waits.getLast().await());
                        return;
                      } catch (CancelledException _) {
                        // It does not care.
                      }
                    }
                  });
          assertThat(server.drain(GRACE, CLEAN_UP).await().aborted()).hasSize(1);
          settle();
          assertThat(server.closed().isDone()).isFalse();
          waits.getLast().setResult("at last");
          return server.closed().await();
        });
  }

  @Test
  void thePeerOfAnAbortedConnectionSeesItsEnd() {
    listener.run(
        () -> {
          var server = serverOf();
          var self = new IOStream[1];
          var other =
              new TCPServer(
                  (stream, _) -> {
                    self[0] = stream;
                    isStubborn().run(server, stream);
                  });
          other.listen(1);
          var client = listener.connect();
          listener.ready();
          settle();
          other.drain(Duration.ZERO, Duration.ZERO).await();
          other.closed().await();
          assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
          server.close();
          return null;
        });
  }

  @Test
  void ofSeveralDrainsTheSoonerCounts() {
    listener.run(
        () -> {
          var server = serverOf(cleansUpFor(Duration.ZERO));
          var first = server.drain(Duration.ofHours(1), CLEAN_UP);
          var second = server.drain(GRACE, CLEAN_UP);
          server.drain(Duration.ofHours(2), CLEAN_UP);
          assertThat(second.await()).isEqualTo(first.await());
          assertThat(events).containsExactly("10 cancelled", "10 cleaned up");
          return null;
        });
  }

  @Test
  void closeMeanwhileCancelsAtOnceAndIsReported() {
    listener.run(
        () -> {
          var server = serverOf(cleansUpFor(Duration.ofSeconds(1)));
          var drained = server.drain(GRACE, CLEAN_UP);
          server.close();
          assertThat(drained.await().cancelled()).hasSize(1);
          assertThat(events).containsExactly("0 cancelled", "1 cleaned up");
          return null;
        });
  }

  @Test
  void nothingIsLeftToHappenAfterwards() {
    listener.run(
        () -> {
          var server = serverOf(finishesAfter(Duration.ZERO));
          server.drain(GRACE, CLEAN_UP).await();
          Futures.sleep(Duration.ofMinutes(1)).await();
          assertThat(events).containsExactly("0 finished");
          assertThat(server.drain(GRACE).await().finished()).isOne();
          return null;
        });
  }
}
