// SPDX-License-Identifier: Apache-2.0
package whirlwind.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A stream is closed. */
@Name("whirlwind.StreamClosed")
@Label("Stream Closed")
@Description("A stream is closed.")
@Category("Whirlwind")
@StackTrace(false)
public final class StreamClosedEvent extends Event {
  private static final StreamClosedEvent PROBE = new StreamClosedEvent();

  /** The stream, as it was before. */
  @Label("Stream")
  public String stream = "";

  /** Why; empty after a clean end. */
  @Label("Cause")
  public String cause = "";

  /** {@code stream} is about to be closed for {@code cause}. */
  static void of(Object stream, @Nullable Throwable cause) {
    if (PROBE.isEnabled()) {
      var event = new StreamClosedEvent();
      event.stream = stream.toString();
      event.cause = cause == null ? "" : cause.toString();
      event.commit();
    }
  }
}
