// SPDX-License-Identifier: Apache-2.0
package whirlwind.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A stream is connected. */
@Name("whirlwind.StreamOpened")
@Label("Stream Opened")
@Description("A stream is connected.")
@Category("Whirlwind")
@StackTrace(false)
public final class StreamOpenedEvent extends Event {
  private static final StreamOpenedEvent PROBE = new StreamOpenedEvent();

  /** The stream. */
  @Label("Stream")
  public String stream = "";

  /** {@code stream} is connected. */
  static void of(Object stream) {
    if (PROBE.isEnabled()) {
      var event = new StreamOpenedEvent();
      event.stream = stream.toString();
      event.commit();
    }
  }
}
