// SPDX-License-Identifier: Apache-2.0
package whirlwind.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** One turn of a loop, its poll included. Off by default, as there are very many. */
@Name("whirlwind.Turn")
@Label("Turn")
@Description("One turn of a loop, its poll included. Off by default, as there are very many.")
@Category("Whirlwind")
@Enabled(false)
@StackTrace(false)
public final class TurnEvent extends Event {
  private static final TurnEvent PROBE = new TurnEvent();

  /** The loop. */
  @Label("Loop")
  public String loop = "";

  /** How many callbacks and coroutines were ready when it began. */
  @Label("Ready")
  public int ready;

  /** One that has begun; null while nobody records them. */
  static @Nullable TurnEvent begun(Object loop, int ready) {
    if (!PROBE.isEnabled()) {
      return null;
    }
    var event = new TurnEvent();
    event.loop = loop.toString();
    event.ready = ready;
    event.begin();
    return event;
  }
}
