// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.tls.TlsPair.CLIENT;
import static whirlwind.tls.TlsPair.SERVER;
import static whirlwind.tls.TlsPair.failureOf;

import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;
import whirlwind.testing.MemoryTransport;

/** The engine's work in a handshake: on the loop while it is quick, elsewhere once it is slow. */
class DelegatedTasksTest {
  private final List<Boolean> onLoop = new ArrayList<>();

  @LoopTest
  void quickTasksStayOnTheLoop(IOLoop loop, ManualClock clock) {
    var tasks = new DelegatedTasks(loop);
    for (int i = 0; i < 20; i++) {
      tasks.run(() -> take(loop, clock, Duration.ofNanos(3_600_000)));
    }
    assertThat(onLoop).hasSize(20).containsOnly(true);
  }

  @LoopTest
  void oneSlowTaskAmongQuickOnesChangesNothing(IOLoop loop, ManualClock clock) {
    var tasks = new DelegatedTasks(loop);
    for (int i = 0; i < 10; i++) {
      tasks.run(() -> take(loop, clock, Duration.ofNanos(100_000)));
    }
    tasks.run(() -> take(loop, clock, Duration.ofMillis(20)));
    tasks.run(() -> take(loop, clock, Duration.ofNanos(100_000)));
    assertThat(onLoop).containsOnly(true);
  }

  @LoopTest
  void slowTasksLeaveTheLoopUntilTheyAreQuickAgain(IOLoop loop, ManualClock clock) {
    var tasks = new DelegatedTasks(loop);
    tasks.run(() -> take(loop, clock, Duration.ofMillis(80)));
    assertThat(onLoop).as("nobody knew").containsExactly(true);
    onLoop.clear();
    for (int i = 0; i < 5; i++) {
      tasks.run(() -> take(loop, clock, Duration.ofMillis(80)));
    }
    assertThat(onLoop).hasSize(5).containsOnly(false);
    for (int i = 0; i < 40; i++) {
      tasks.run(() -> take(loop, clock, Duration.ofNanos(10_000)));
    }
    assertThat(onLoop.getLast()).as("when they have been quick for long").isTrue();
  }

  @LoopTest
  void timeSpentElsewhereCountsForNothing(IOLoop loop, ManualClock clock) {
    var tasks = new DelegatedTasks(loop);
    tasks.run(() -> take(loop, clock, Duration.ofMillis(80)));
    while (!onLoop.getLast() || onLoop.size() == 1) {
      tasks.run(() -> take(loop, clock, Duration.ofNanos(loop.isCurrent() ? 10_000 : 80_000_000)));
    }
    assertThat(onLoop.subList(1, onLoop.size() - 1)).isNotEmpty().containsOnly(false);
    tasks.run(() -> take(loop, clock, Duration.ofNanos(10_000)));
    assertThat(onLoop.getLast()).as("they wait for the loop itself, perhaps").isTrue();
  }

  @LoopTest
  void theSlowerTheyStayTheMoreRarelyTheLoopTriesThem(IOLoop loop, ManualClock clock) {
    var tasks = new DelegatedTasks(loop);
    for (int i = 0; i < 10_000; i++) {
      tasks.run(() -> take(loop, clock, Duration.ofMillis(80)));
    }
    assertThat(onLoop.stream().filter(on -> on).count()).as("on the loop").isBetween(10L, 60L);
  }

  private void take(IOLoop loop, ManualClock clock, Duration time) {
    onLoop.add(loop.isCurrent());
    clock.advance(time);
  }

  @LoopTest
  void allConnectionsOfALoopShareWhatIsKnown(IOLoop loop) {
    assertThat(DelegatedTasks.of(loop)).isSameAs(DelegatedTasks.of(loop));
  }

  // ---------------------------------------------------------------- while one is outstanding

  /** A handshake whose server works elsewhere, whenever the test lets it. */
  private record Elsewhere(TlsPair pair, Queue<Runnable> jobs) implements AutoCloseable {
    static Elsewhere of(IOLoop loop, ManualClock clock) {
      DelegatedTasks.of(loop).run(() -> clock.advance(Duration.ofHours(1)));
      var jobs = new ArrayDeque<Runnable>();
      loop.setDefaultExecutor(jobs::add);
      var pair = TlsPair.of(loop, CLIENT, SERVER);
      TlsPair.settle();
      assertThat(jobs).as("tasks elsewhere").hasSize(1);
      return new Elsewhere(pair, jobs);
    }

    void workAll() {
      for (Runnable job; (job = jobs.poll()) != null; ) {
        job.run();
        TlsPair.settle();
      }
    }

    @Override
    public void close() {
      pair.close();
      workAll();
    }
  }

  @LoopTest
  @Tag("TLS-18")
  void theConnectionMayBeUsedMeanwhile(IOLoop loop, ManualClock clock) {
    try (var elsewhere = Elsewhere.of(loop, clock.autoAdvance(false))) {
      var server = elsewhere.pair().server();
      var read = server.readBytes(3);
      var write = server.write("from server");
      var request = elsewhere.pair().client().write("abc");
      assertThat(server.waitForHandshake().isDone()).isFalse();
      TlsPair.settle();
      assertThat(read.isDone() || write.isDone()).isFalse();
      elsewhere.workAll();
      request.await();
      assertThat(read.await()).hasSize(3);
      write.await();
      assertThat(elsewhere.pair().client().readBytes(11).await()).hasSize(11);
    }
  }

  @LoopTest
  @Tag("TLS-21")
  void closingMeanwhileIsCalm(IOLoop loop, ManualClock clock) {
    try (var elsewhere = Elsewhere.of(loop, clock.autoAdvance(false))) {
      var server = elsewhere.pair().server();
      var read = server.readBytes(3);
      var handshake = server.waitForHandshake();
      server.close();
      assertThat(elsewhere.pair().far().closed()).isTrue();
      assertThat(failureOf(read)).isInstanceOf(StreamClosedException.class);
      assertThat(failureOf(handshake)).isInstanceOf(StreamClosedException.class);
      assertThat(failureOf(elsewhere.pair().client().waitForHandshake()))
          .isInstanceOf(TlsTruncatedException.class);
      elsewhere.workAll();
      TlsPair.settle(); // nothing is said, nothing comes back to life
      assertThat(server.closed()).isTrue();
    }
  }

  @LoopTest
  @Tag("TLS-21")
  void aPeerThatGoesMeanwhileIsNoticedAfterwards(IOLoop loop, ManualClock clock) {
    try (var elsewhere = Elsewhere.of(loop, clock.autoAdvance(false))) {
      var handshake = elsewhere.pair().server().waitForHandshake();
      elsewhere.pair().near().reset();
      TlsPair.settle();
      assertThat(elsewhere.pair().far().statistics().reports()).as("reports").isLessThan(5);
      elsewhere.workAll();
      assertThat(failureOf(handshake)).isInstanceOf(SocketException.class);
    }
  }

  @LoopTest
  @Tag("TLS-21")
  void cancellingStartTlsMeanwhileClosesTheConnection(IOLoop loop, ManualClock clock) {
    clock.autoAdvance(false);
    DelegatedTasks.of(loop).run(() -> clock.advance(Duration.ofHours(1)));
    var jobs = new ArrayDeque<Runnable>();
    loop.setDefaultExecutor(jobs::add);
    var memory = MemoryTransport.pair(loop, 10_000);
    var peer = new IOStream(loop, memory.near(), StreamLimits.defaults());
    var clientSide = peer.startTls(CLIENT);
    var handshake = new IOStream(loop, memory.far(), StreamLimits.defaults()).startTls(SERVER);
    TlsPair.settle();
    assertThat(jobs).hasSize(1);
    handshake.cancel();
    assertThat(failureOf(handshake)).isInstanceOf(CancelledException.class);
    assertThat(memory.far().closed()).isTrue();
    jobs.remove().run();
    TlsPair.settle();
    assertThat(failureOf(clientSide)).isInstanceOf(TlsTruncatedException.class);
  }
}
