// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls something every so often: at start + interval, + 2 intervals, and so on, however long each
 * call takes. A call that lasts longer than the interval skips ticks and never catches up with
 * them; calls never overlap, also when they await.
 *
 * <p><b>Threads:</b> made anywhere, used on its loop. <b>Errors:</b> a call that throws is reported
 * as every callback of the loop, and the schedule goes on.
 *
 * <p>Source: Tornado's {@code PeriodicCallback}.
 */
public final class PeriodicCallback {
  private static final double NANOS_PER_MILLI = 1e6;

  private final Runnable callback;
  private final long intervalNanos;
  private final double jitter;
  private final DoubleSupplier random;
  private final @Nullable IOLoop givenLoop;

  /** The run of ticks since the last start; null while stopped. A new one makes older ones void. */
  private @Nullable Ticks ticks;

  /** Every {@code intervalMillis} on the loop that is current at the start. */
  public PeriodicCallback(Runnable callback, double intervalMillis) {
    this(callback, fromMillis(intervalMillis));
  }

  /** Every {@code interval} on the loop that is current at the start. */
  public PeriodicCallback(Runnable callback, Duration interval) {
    this(callback, interval, 0, null);
  }

  /**
   * With everything that can be chosen.
   *
   * @param jitter each interval is multiplied by a random factor from 1 − jitter/2 to 1 + jitter/2
   * @param loop null means the one that is current at the start
   * @throws IllegalArgumentException when the interval is not positive or the jitter not in 0 … 1
   */
  public PeriodicCallback(
      Runnable callback, Duration interval, double jitter, @Nullable IOLoop loop) {
    this(callback, interval, jitter, loop, () -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * {@link #PeriodicCallback(Runnable, Duration, double, IOLoop)} with draws from 0 to 1 of the
   * caller's.
   */
  public PeriodicCallback(
      Runnable callback,
      Duration interval,
      double jitter,
      @Nullable IOLoop loop,
      DoubleSupplier random) {
    this.callback = Objects.requireNonNull(callback, "callback");
    if (!interval.isPositive()) {
      throw new IllegalArgumentException("interval: wanted more than zero, got " + interval);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter: wanted 0 to 1, got " + jitter);
    }
    this.intervalNanos = interval.toNanos();
    this.jitter = jitter;
    this.givenLoop = loop;
    this.random = Objects.requireNonNull(random, "random");
  }

  private static Duration fromMillis(double millis) {
    if (!(millis > 0) || Double.isInfinite(millis)) {
      throw new IllegalArgumentException("intervalMillis: wanted more than zero, got " + millis);
    }
    return Duration.ofNanos(Math.max(1, Math.round(millis * NANOS_PER_MILLI)));
  }

  /** Begins to tick, the first time one interval from now; does nothing when it ticks already. */
  public void start() {
    if (ticks == null) {
      var loop = givenLoop != null ? givenLoop : IOLoop.current();
      loop.requireCurrent();
      ticks = new Ticks(loop);
      ticks.scheduleNext();
    }
  }

  /** Ends ticking, also from inside the callback; harmless when it does not tick. */
  public void stop() {
    var stopped = ticks;
    ticks = null;
    if (stopped != null && stopped.timeout != null) {
      stopped.loop.removeTimeout(stopped.timeout);
    }
  }

  /** Whether it was started and not stopped since; also between ticks. */
  public boolean isRunning() {
    return ticks != null;
  }

  /** One grid of ticks, from a start to the stop after it. */
  private final class Ticks {
    final IOLoop loop;
    private long nextNanos;
    @Nullable Timeout timeout;

    Ticks(IOLoop loop) {
      this.loop = loop;
      this.nextNanos = loop.nowNanos();
    }

    void scheduleNext() {
      nextNanos = following(loop.nowNanos());
      timeout = loop.scheduleAt(nextNanos, this::tick);
    }

    private void tick() {
      timeout = null;
      try {
        callback.run();
      } finally {
        if (ticks == this) { // neither stopped nor started anew meanwhile
          scheduleNext();
        }
      }
    }

    /**
     * The next point of the grid after {@code now}: by arithmetic, so that a long gap costs no
     * loop, and in whole nanoseconds, so that no rounding makes a point come twice. A clock that
     * went back a little still moves on by one interval.
     */
    private long following(long now) {
      long interval =
          Math.max(1, Math.round(intervalNanos * (1 + jitter * (random.getAsDouble() - 0.5))));
      long skipped = nextNanos <= now ? (now - nextNanos) / interval : 0;
      long following = nextNanos + (skipped + 1) * interval;
      return following > nextNanos ? following : Long.MAX_VALUE; // never, rather than an overflow
    }
  }
}
