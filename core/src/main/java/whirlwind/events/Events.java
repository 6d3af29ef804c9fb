// SPDX-License-Identifier: Apache-2.0
package whirlwind.events;

import java.util.function.Supplier;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * Where the library says what happens. Nothing is loaded of the events until the JVM has a flight
 * recorder: the first class of an event would start one, which takes a fifth of a second.
 *
 * <p><b>Threads:</b> any.
 */
public final class Events {
  private Events() {}

  /** A turn has begun, with so many callbacks and coroutines ready; null while none is recorded. */
  public static @Nullable TurnEvent turnBegun(Object loop, int ready) {
    return FlightRecorder.isInitialized() ? TurnEvent.begun(loop, ready) : null;
  }

  /** Code of {@code loop} has run for so many nanoseconds, and is at {@code stack}. */
  public static void slowSlice(Object loop, long running, StackTraceElement[] stack) {
    if (FlightRecorder.isInitialized()) {
      SlowSliceEvent.of(loop, running, stack);
    }
  }

  /** {@code stream} is connected. */
  public static void streamOpened(Object stream) {
    if (FlightRecorder.isInitialized()) {
      StreamOpenedEvent.of(stream);
    }
  }

  /** {@code stream} is about to be closed for {@code cause}. */
  public static void streamClosed(Object stream, @Nullable Throwable cause) {
    if (FlightRecorder.isInitialized()) {
      StreamClosedEvent.of(stream, cause);
    }
  }

  /** {@code stream} has begun to wait for its peer to read; null while none is recorded. */
  public static @Nullable WriteStallEvent writeStallBegun(Object stream) {
    return FlightRecorder.isInitialized() ? WriteStallEvent.begun(stream) : null;
  }

  /** So many bytes wait in {@code stream}. */
  public static void highWater(Object stream, long waiting) {
    if (FlightRecorder.isInitialized()) {
      HighWaterEvent.of(stream, waiting);
    }
  }

  /** {@code task} has ended with {@code failure}. */
  public static void taskFailed(Supplier<String> task, Throwable failure) {
    if (FlightRecorder.isInitialized()) {
      TaskFailedEvent.of(task, failure);
    }
  }

  /** {@code task} is cancelled by {@code by}. */
  public static void taskCancelled(Supplier<String> task, Supplier<String> by, Throwable reason) {
    if (FlightRecorder.isInitialized()) {
      TaskCancelledEvent.of(task, by, reason);
    }
  }
}
