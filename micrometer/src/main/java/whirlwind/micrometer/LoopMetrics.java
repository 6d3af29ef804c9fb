// SPDX-License-Identifier: Apache-2.0
package whirlwind.micrometer;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import whirlwind.diagnosis.LoopStats;
import whirlwind.loop.IOLoop;

/**
 * The figures of one loop as meters, all tagged with its name:
 *
 * <pre>
 *   whirlwind.loop.running, .idle         seconds, counted: 1 - idle/running is the utilisation
 *   whirlwind.loop.turns                  counted
 *   whirlwind.loop.lag, .queue.age        seconds
 *   whirlwind.loop.ready, .timers, .tasks, .tasks.parked, .resources.open
 *   whirlwind.loop.buffered               bytes
 * </pre>
 *
 * <p>Whoever reads a meter makes the loop look at itself, at most once a second; between two looks
 * the meters agree with each other. The registry keeps no loop alive.
 */
public final class LoopMetrics implements MeterBinder {
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final String PREFIX = "whirlwind.loop.";

  private final IOLoop loop;
  private final Tags tags;

  /** Meters of {@code loop}. */
  public LoopMetrics(IOLoop loop) {
    this(loop, Tags.empty());
  }

  /** Meters of {@code loop} that have these tags as well. */
  public LoopMetrics(IOLoop loop, Iterable<Tag> tags) {
    this.loop = Objects.requireNonNull(loop, "loop");
    this.tags = Tags.of("loop", loop.name()).and(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    var sample = new Sample(loop, registry.config().clock());
    counted(registry, sample, "running", "Time that the loop has run", LoopStats::running);
    counted(registry, sample, "idle", "Time that it had nothing to do", LoopStats::idle);
    FunctionCounter.builder(PREFIX + "turns", sample, each -> each.stats().turns())
        .description("Turns that the loop has taken")
        .tags(tags)
        .register(registry);
    time(registry, sample, "lag", "How late the last timer was", LoopStats::lag);
    time(registry, sample, "queue.age", "How long what is ready waits", LoopStats::queueAge);
    number(registry, sample, "ready", "Callbacks and coroutines that are ready", LoopStats::ready);
    number(registry, sample, "timers", "Timers that are outstanding", LoopStats::timers);
    number(registry, sample, "tasks", "Tasks that have not ended", LoopStats::tasks);
    number(registry, sample, "tasks.parked", "Tasks that wait", LoopStats::parkedTasks);
    number(
        registry,
        sample,
        "resources.open",
        "Streams, servers and children that are open",
        LoopStats::openResources);
    Gauge.builder(PREFIX + "buffered", sample, each -> each.stats().bufferedBytes())
        .description("Bytes that streams hold")
        .baseUnit(BaseUnits.BYTES)
        .tags(tags)
        .register(registry);
  }

  private void counted(
      MeterRegistry registry,
      Sample sample,
      String name,
      String description,
      Function<LoopStats, Duration> time) {
    FunctionCounter.builder(PREFIX + name, sample, each -> time.apply(each.stats()).toNanos() / 1e9)
        .description(description)
        .baseUnit("seconds")
        .tags(tags)
        .register(registry);
  }

  private void time(
      MeterRegistry registry,
      Sample sample,
      String name,
      String description,
      Function<LoopStats, Duration> time) {
    TimeGauge.builder(
            PREFIX + name, sample, TimeUnit.NANOSECONDS, each -> time.apply(each.stats()).toNanos())
        .description(description)
        .tags(tags)
        .register(registry);
  }

  private void number(
      MeterRegistry registry,
      Sample sample,
      String name,
      String description,
      ToDoubleFunction<LoopStats> number) {
    Gauge.builder(PREFIX + name, sample, each -> number.applyAsDouble(each.stats()))
        .description(description)
        .strongReference(true) // keeps the sample for all meters, and so not the loop
        .tags(tags)
        .register(registry);
  }

  /** One look at the loop, for all meters that are read within a second. Any thread. */
  private static final class Sample {
    private final WeakReference<IOLoop> loop;
    private final Clock clock;
    private @Nullable LoopStats stats;
    private long takenNanos;

    Sample(IOLoop loop, Clock clock) {
      this.loop = new WeakReference<>(loop);
      this.clock = clock;
    }

    synchronized LoopStats stats() {
      long now = clock.monotonicTime();
      var latest = stats;
      var source = loop.get();
      if (source != null && (latest == null || now - takenNanos >= FRESH.toNanos())) {
        latest = source.stats();
        stats = latest;
        takenNanos = now;
      }
      return Objects.requireNonNullElse(latest, NONE);
    }

    private static final LoopStats NONE =
        new LoopStats(
            0,
            Duration.ZERO,
            Duration.ZERO,
            0,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            0,
            0,
            0,
            0,
            0,
            0);
  }
}
