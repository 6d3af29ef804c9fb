// SPDX-License-Identifier: Apache-2.0
package whirlwind.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

/** The meters of a loop under a manual clock, read on the loop. */
class LoopMetricsTest {
  private final MockClock metersClock = new MockClock();
  private final SimpleMeterRegistry registry =
      new SimpleMeterRegistry(SimpleConfig.DEFAULT, metersClock);

  private double gauge(String name) {
    return registry.get("whirlwind.loop." + name).gauge().value();
  }

  private double count(String name) {
    return registry.get("whirlwind.loop." + name).functionCounter().count();
  }

  @LoopTest
  void theMetersShowWhatTheLoopIsAt(IOLoop loop, ManualClock clock) {
    new LoopMetrics(loop, Tags.of("role", "front")).bindTo(registry);
    var waiting = loop.spawn("waiting", () -> new Promise<String>(loop).await());
    var timer = loop.callLater(Duration.ofHours(1), () -> {});
    Futures.sleep(Duration.ofSeconds(3)).await();
    clock.advance(Duration.ofSeconds(1));

    assertThat(gauge("tasks")).isEqualTo(2);
    assertThat(gauge("tasks.parked")).isEqualTo(1);
    assertThat(gauge("timers")).isEqualTo(1);
    assertThat(gauge("resources.open")).isZero();
    assertThat(gauge("buffered")).isZero();
    assertThat(gauge("ready")).isZero();
    assertThat(count("running")).isEqualTo(4);
    assertThat(count("idle")).isEqualTo(3);
    assertThat(count("turns")).isPositive();
    assertThat(registry.get("whirlwind.loop.queue.age").timeGauge().value(TimeUnit.SECONDS))
        .isEqualTo(1);
    assertThat(registry.getMeters())
        .extracting(Meter::getId)
        .allSatisfy(
            id -> {
              assertThat(id.getTag("loop")).isEqualTo(loop.name());
              assertThat(id.getTag("role")).isEqualTo("front");
              assertThat(id.getDescription()).isNotBlank();
            });
    waiting.cancel();
    loop.removeTimeout(timer);
  }

  @LoopTest
  void theLoopIsLookedAtOnceASecondHoweverManyMetersAreRead(IOLoop loop) {
    new LoopMetrics(loop).bindTo(registry);
    assertThat(gauge("timers")).isZero();
    var timer = loop.callLater(Duration.ofHours(1), () -> {});
    assertThat(gauge("timers")).isZero();
    metersClock.add(Duration.ofSeconds(1));
    assertThat(gauge("timers")).isOne();
    loop.removeTimeout(timer);
  }
}
