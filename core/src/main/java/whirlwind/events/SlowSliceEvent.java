// SPDX-License-Identifier: Apache-2.0
package whirlwind.events;

import java.util.Arrays;
import java.util.stream.Collectors;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * Code that keeps its loop for longer than the threshold of the loop; committed by the watchdog
 * while it does.
 */
@Name("whirlwind.SlowSlice")
@Label("Slow Slice")
@Description(
    "Code that keeps its loop for longer than the threshold of the loop; committed by the watchdog"
        + " while it does.")
@Category("Whirlwind")
@StackTrace(false)
public final class SlowSliceEvent extends Event {
  private static final SlowSliceEvent PROBE = new SlowSliceEvent();

  /** The loop. */
  @Label("Loop")
  public String loop = "";

  /** For how long already, in nanoseconds. */
  @Label("Running")
  @Timespan
  public long running;

  /** Where it is, the innermost frame first. */
  @Label("Stack")
  public String stack = "";

  /** Code of {@code loop} has run for so many nanoseconds, and is at {@code stack}. */
  static void of(Object loop, long running, StackTraceElement[] stack) {
    if (PROBE.isEnabled()) {
      var event = new SlowSliceEvent();
      event.loop = loop.toString();
      event.running = running;
      event.stack =
          Arrays.stream(stack).map(StackTraceElement::toString).collect(Collectors.joining("\n"));
      event.commit();
    }
  }
}
