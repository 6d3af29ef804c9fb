// SPDX-License-Identifier: Apache-2.0
package whirlwind.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/** A write that had to wait for the kernel, and for how long. */
@Name("whirlwind.WriteStall")
@Label("Write Stall")
@Description("A write that had to wait for the kernel, and for how long.")
@Category("Whirlwind")
@StackTrace(false)
@Threshold("10 ms")
public final class WriteStallEvent extends Event {
  private static final WriteStallEvent PROBE = new WriteStallEvent();

  /** The stream. */
  @Label("Stream")
  public String stream = "";

  /** One that has begun; null while nobody records them. */
  static @Nullable WriteStallEvent begun(Object stream) {
    if (!PROBE.isEnabled()) {
      return null;
    }
    var event = new WriteStallEvent();
    event.stream = stream.toString();
    event.begin();
    return event;
  }
}
