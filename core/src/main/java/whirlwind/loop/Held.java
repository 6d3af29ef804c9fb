// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.List;

/**
 * What tasks hold, one at a time or several, and others wait for. For diagnosis: so the dump of a
 * loop can say who keeps whom waiting, and find those who wait in a circle.
 */
public interface Held {

  /** The tasks that are known to hold it now. On the loop. */
  List<Task<?>> heldBy();
}
