// SPDX-License-Identifier: Apache-2.0
package whirlwind.events;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;

/** A write found as many bytes waiting as the stream may hold. */
@Name("whirlwind.HighWater")
@Label("High Water")
@Description("A write found as many bytes waiting as the stream may hold.")
@Category("Whirlwind")
public final class HighWaterEvent extends Event {
  private static final HighWaterEvent PROBE = new HighWaterEvent();

  /** The stream. */
  @Label("Stream")
  public String stream = "";

  /** How many bytes wait to be sent. */
  @Label("Waiting")
  @DataAmount
  public long waiting;

  /** So many bytes wait in {@code stream}. */
  static void of(Object stream, long waiting) {
    if (PROBE.isEnabled()) {
      var event = new HighWaterEvent();
      event.stream = stream.toString();
      event.waiting = waiting;
      event.commit();
    }
  }
}
