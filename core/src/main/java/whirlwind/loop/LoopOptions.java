// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.io.IoProvider;

/**
 * How a loop is built, for those to whom the defaults are not enough.
 *
 * @param provider where poller and sockets come from; null means the configured one
 * @param clock the time it lives by
 * @param slowCallbackThreshold a callback that runs longer is reported; null switches the watchdog
 *     off
 * @param name for threads, logs and diagnosis
 * @param makeCurrent whether it becomes the constructing thread's current loop
 * @param trackResources whether open streams and servers are kept in a list with the place that
 *     opened them, and tasks know what started them; for tests, as it costs a stack trace each
 * @param memoryLimit how many bytes its streams may hold; null means any number
 */
public record LoopOptions(
    @Nullable IoProvider provider,
    Clock clock,
    @Nullable Duration slowCallbackThreshold,
    String name,
    MakeCurrent makeCurrent,
    boolean trackResources,
    @Nullable MemoryLimit memoryLimit) {

  /**
   * The system property with the threshold of the {@link #defaults() default options}: a duration
   * as in ISO 8601, such as {@code PT0.5S}. Without it they have none.
   */
  public static final String SLOW_CALLBACK_PROPERTY = "whirlwind.slowCallbackThreshold";

  private static final LoopOptions DEFAULTS =
      new LoopOptions(
          null,
          Clock.system(),
          null,
          "loop",
          MakeCurrent.TAKE_OVER,
          false,
          MemoryLimit.halfOfTheHeap());

  /** Checks the values. */
  public LoopOptions {
    Objects.requireNonNull(clock, "clock");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(makeCurrent, "makeCurrent");
    requireUsable(slowCallbackThreshold);
  }

  static void requireUsable(@Nullable Duration slowCallbackThreshold) {
    if (slowCallbackThreshold != null && !slowCallbackThreshold.isPositive()) {
      throw new IllegalArgumentException(
          "slowCallbackThreshold: wanted more than zero or null, got " + slowCallbackThreshold);
    }
  }

  /**
   * The configured provider, the system's clock, taking over as current; {@link
   * MemoryLimit#halfOfTheHeap half of the heap} for what streams hold; a watchdog only if {@link
   * #SLOW_CALLBACK_PROPERTY} asks for one.
   *
   * @throws IllegalArgumentException when that property is no duration, or not more than zero
   */
  public static LoopOptions defaults() {
    var threshold = System.getProperty(SLOW_CALLBACK_PROPERTY, "");
    return threshold.isEmpty() ? DEFAULTS : DEFAULTS.withSlowCallbackThreshold(parsed(threshold));
  }

  private static Duration parsed(String threshold) {
    try {
      return Duration.parse(threshold);
    } catch (DateTimeParseException failure) {
      throw new IllegalArgumentException(
          SLOW_CALLBACK_PROPERTY + ": wanted a duration such as PT0.5S, got " + threshold, failure);
    }
  }

  /** These options with another provider. */
  public LoopOptions withProvider(@Nullable IoProvider other) {
    return new LoopOptions(
        other, clock, slowCallbackThreshold, name, makeCurrent, trackResources, memoryLimit);
  }

  /** These options with another clock. */
  public LoopOptions withClock(Clock other) {
    return new LoopOptions(
        provider, other, slowCallbackThreshold, name, makeCurrent, trackResources, memoryLimit);
  }

  /** These options with another threshold; null switches the watchdog off. */
  public LoopOptions withSlowCallbackThreshold(@Nullable Duration other) {
    return new LoopOptions(provider, clock, other, name, makeCurrent, trackResources, memoryLimit);
  }

  /** These options with another name. */
  public LoopOptions withName(String other) {
    return new LoopOptions(
        provider, clock, slowCallbackThreshold, other, makeCurrent, trackResources, memoryLimit);
  }

  /** These options with another rule for becoming current. */
  public LoopOptions withMakeCurrent(MakeCurrent other) {
    return new LoopOptions(
        provider, clock, slowCallbackThreshold, name, other, trackResources, memoryLimit);
  }

  /** These options with open resources tracked or not. */
  public LoopOptions withTrackResources(boolean other) {
    return new LoopOptions(
        provider, clock, slowCallbackThreshold, name, makeCurrent, other, memoryLimit);
  }

  /** These options with another limit of memory; null means none. */
  public LoopOptions withMemoryLimit(@Nullable MemoryLimit other) {
    return new LoopOptions(
        provider, clock, slowCallbackThreshold, name, makeCurrent, trackResources, other);
  }
}
