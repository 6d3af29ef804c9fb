// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.LoopTest;

/** Which loop is whose: current, process-wide, configured. */
@ExtendWith(LogRecorderExtension.class)
class IOLoopCurrentTest {
  private static final LoopOptions NOT_CURRENT =
      LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER);

  @BeforeEach
  @AfterEach
  void forgetAll() {
    IOLoop.clearCurrent();
    IOLoop.clearInstance();
    IOLoop.configure(System.getProperty(IOLoop.POLLER_PROPERTY, "auto"));
    IOLoop.configure(null, LoopOptions.defaults());
  }

  private static <T> T onAnotherThread(Callable<T> call) throws Exception {
    var task = new FutureTask<>(call);
    Thread.ofPlatform().daemon().start(task);
    try {
      return task.get();
    } catch (ExecutionException failed) {
      throw new AssertionError(failed.getCause());
    }
  }

  @Test
  @Tag("IOL-1")
  void theFirstCallsOfInstanceGetOneLoopAlsoWhenTheyRace() throws Exception {
    int racers = 8;
    var barrier = new CyclicBarrier(racers);
    try (var threads = Executors.newFixedThreadPool(racers)) {
      var calls = new ArrayList<java.util.concurrent.Future<IOLoop>>();
      for (int i = 0; i < racers; i++) {
        calls.add(
            threads.submit(
                () -> {
                  barrier.await();
                  return IOLoop.instance();
                }));
      }
      try (var instance = IOLoop.instance()) {
        for (var call : calls) {
          assertThat(call.get()).isSameAs(instance);
        }
        assertThat(IOLoop.currentOrNull()).isNull();
      }
    }
  }

  @Test
  @Tag("IOL-2")
  void currentIsTheLoopOfTheThreadOrOfTheCoroutine() throws Exception {
    try (var loop = new IOLoop();
        var other = new IOLoop(NOT_CURRENT)) {
      assertThat(IOLoop.current()).isSameAs(loop);
      assertThat(onAnotherThread(IOLoop::currentOrNull)).isNull();
      assertThat(other.runSync(IOLoop::current)).isSameAs(other);
    }
  }

  @Test
  @Tag("IOL-2")
  void currentMakesALoopForAThreadThatHasNone() throws Exception {
    onAnotherThread(
        () -> {
          try (var made = IOLoop.current()) {
            assertThat(IOLoop.current()).isSameAs(made);
            assertThat(made.runSync(() -> "works")).isEqualTo("works");
          }
          return null;
        });
  }

  @Test
  @Tag("IOL-3")
  void currentOrNullCreatesNothing() {
    var provider = new RecordingProvider();
    IOLoop.configure(provider);
    assertThat(IOLoop.currentOrNull()).isNull();
    assertThat(provider.opened).hasValue(0);
  }

  @Test
  @Tag("IOL-4")
  void aNewLoopBecomesCurrentAndALaterOneTakesOver() {
    try (var first = new IOLoop()) {
      assertThat(IOLoop.currentOrNull()).isSameAs(first);
      try (var second = new IOLoop()) {
        assertThat(IOLoop.currentOrNull()).isSameAs(second);
      }
    }
  }

  @Test
  @Tag("IOL-5")
  void aLoopThatShallNotBecomeCurrentDoesNot() {
    try (var _ = new IOLoop(NOT_CURRENT)) {
      assertThat(IOLoop.currentOrNull()).isNull();
    }
    try (var current = new IOLoop();
        var _ = new IOLoop(NOT_CURRENT)) {
      assertThat(IOLoop.currentOrNull()).isSameAs(current);
    }
  }

  @Test
  @Tag("IOL-5")
  void aLoopThatMustBecomeCurrentFailsBesideAnother() {
    var provider = new RecordingProvider();
    var must = LoopOptions.defaults().withProvider(provider).withMakeCurrent(MakeCurrent.OR_FAIL);
    try (var only = new IOLoop(must)) {
      assertThat(IOLoop.currentOrNull()).isSameAs(only);
      assertThatIllegalStateException()
          .isThrownBy(() -> new IOLoop(must))
          .withMessageContaining("wanted a thread without a current loop");
      assertThat(IOLoop.currentOrNull()).isSameAs(only);
      assertThat(provider.opened).as("pollers of the one that failed").hasValue(1);
    }
  }

  @Test
  @Tag("IOL-6")
  void startMakesCurrentAndRestoresWhatWas() {
    try (var loop = new IOLoop(NOT_CURRENT)) {
      var seen = new ArrayList<IOLoop>();
      for (int run = 0; run < 2; run++) {
        loop.addCallback(() -> seen.add(IOLoop.currentOrNull()));
        loop.addCallback(loop::stop);
        loop.start();
        assertThat(IOLoop.currentOrNull()).isNull();
      }
      assertThat(seen).containsExactly(loop, loop);
      try (var other = new IOLoop()) {
        loop.runSync(() -> null);
        assertThat(IOLoop.currentOrNull()).isSameAs(other);
      }
    }
  }

  @Test
  @Tag("IOL-7")
  void clearingNoCurrentLoopIsHarmless() {
    IOLoop.clearCurrent();
    IOLoop.clearCurrent();
    assertThat(IOLoop.currentOrNull()).isNull();
  }

  @Test
  @Tag("IOL-8")
  void aClosedLoopIsCurrentNoLonger() throws Exception {
    var loop = new IOLoop();
    loop.close();
    assertThat(IOLoop.currentOrNull()).isNull();

    var closedElsewhere = new IOLoop();
    onAnotherThread(
        () -> {
          closedElsewhere.close();
          return null;
        });
    assertThat(IOLoop.currentOrNull()).isNull();
  }

  @Test
  void makeCurrentIsForThreadsAndRefusedInCoroutines() {
    try (var loop = new IOLoop(NOT_CURRENT);
        var other = new IOLoop(NOT_CURRENT)) {
      loop.makeCurrent();
      assertThat(IOLoop.current()).isSameAs(loop);
      loop.runSync(
          () -> {
            assertThatIllegalStateException().isThrownBy(other::makeCurrent);
            return null;
          });
    }
  }

  @Test
  @Tag("IOL-9")
  void installMakesTheGlobalLoopOnce() {
    try (var loop = new IOLoop(NOT_CURRENT);
        var other = new IOLoop(NOT_CURRENT)) {
      loop.install();
      assertThat(IOLoop.instance()).isSameAs(loop);
      assertThat(IOLoop.currentOrNull()).isNull();
      assertThatIllegalStateException()
          .isThrownBy(other::install)
          .withMessageContaining("clearInstance");
      assertThat(IOLoop.instance()).isSameAs(loop);
      IOLoop.clearInstance();
      other.install();
      assertThat(IOLoop.instance()).isSameAs(other);
    }
  }

  @Test
  @Tag("IOL-10")
  void configureChoosesProviderAndOptionsOfLaterLoops() {
    var provider = new RecordingProvider();
    try (var before = new IOLoop(NOT_CURRENT)) {
      IOLoop.configure(provider, NOT_CURRENT.withName("configured"));
      try (var later = new IOLoop();
          var explicit = new IOLoop(NOT_CURRENT.withName("explicit"))) {
        assertThat(later.poller()).isEqualTo("recording");
        assertThat(later.name()).isEqualTo("configured");
        assertThat(IOLoop.currentOrNull()).isNull();
        assertThat(explicit.name()).isEqualTo("explicit");
      }
      assertThat(before.poller()).isNotEqualTo("recording");
      assertThat(before.name()).isNotEqualTo("configured");
    }
  }

  @Test
  @Tag("IOL-10")
  void configuringOptionsAloneKeepsTheProvider() {
    IOLoop.configure(new RecordingProvider());
    IOLoop.configure(null, NOT_CURRENT.withName("configured"));
    try (var loop = new IOLoop()) {
      assertThat(loop.poller()).isEqualTo("recording");
      assertThat(loop.name()).isEqualTo("configured");
    }
    IOLoop.configure("nio");
    try (var loop = new IOLoop()) {
      assertThat(loop.poller()).isEqualTo("nio");
      assertThat(loop.name()).isEqualTo("configured");
    }
  }

  @Test
  @Tag("IOL-11")
  void anUnsuitableConfigurationFailsAtOnceAndChangesNothing() {
    IOLoop.configure("nio");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IOLoop.configure("kqueue"))
        .withMessageContaining("nio")
        .withMessageContaining("got \"kqueue\"");
    var provider = new RecordingProvider();
    provider.unavailableBecause = "the moon is full";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IOLoop.configure(provider))
        .withMessageContaining("the moon is full");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LoopOptions.defaults().withSlowCallbackThreshold(Duration.ZERO));
    try (var loop = new IOLoop(NOT_CURRENT)) {
      assertThat(loop.poller()).isEqualTo("nio");
    }
  }

  @Test
  @Tag("IOL-12")
  void aLoopBuiltOnOneThreadRunsOnAnother() throws Exception {
    try (var here = new IOLoop(NOT_CURRENT);
        var there = new IOLoop(NOT_CURRENT)) {
      there.addCallbackFromSignal(there::stop);
      var thread =
          onAnotherThread(
              () -> {
                there.start();
                return there.runSync(() -> here.isCurrent());
              });
      assertThat(thread).isFalse();
      assertThat(here.runSync(() -> "still here")).isEqualTo("still here");
    }
  }

  @Test
  @Tag("IOL-13")
  void loopsMadeAndClosedInAHurryLeakNothing() throws Exception {
    int threads = 4;
    int loops = 40;
    makeAndClose(1); // what is made once for the process
    long before = openDescriptors();
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var rounds = new ArrayList<java.util.concurrent.Future<?>>();
      for (int i = 0; i < threads; i++) {
        rounds.add(pool.submit(() -> makeAndClose(loops)));
      }
      for (var round : rounds) {
        assertThatCode(round::get).doesNotThrowAnyException();
      }
    }
    assertThat(openDescriptors()).isLessThan(before + threads);
  }

  private static void makeAndClose(int loops) {
    for (int i = 0; i < loops; i++) {
      try (var loop = new IOLoop()) {
        loop.addCallback(() -> {});
        assertThat(loop.<List<Integer>>runSync(() -> List.of(1))).containsExactly(1);
      }
    }
  }

  private static long openDescriptors() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  @LoopTest
  void aLoopThatDoesNotRunIsNoneForTheCoroutinesOfAnother(IOLoop loop) {
    try (var asleep = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER))) {
      assertThatIllegalStateException()
          .isThrownBy(() -> asleep.addTimeout(Duration.ofSeconds(1), () -> {}))
          .withMessageContaining(asleep.toString())
          .withMessageContaining("does not run")
          .withMessageContaining(loop.toString());
    }
  }
}
