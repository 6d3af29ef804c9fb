// SPDX-License-Identifier: Apache-2.0
package whirlwind.management;

import java.util.List;

/**
 * The loops of this process that run, for JMX clients. Each question is answered by the loops
 * themselves, and within about a second by one that is stuck.
 */
public interface LoopsMXBean {

  /** What all loops are at, as text: who waits for what, who holds it, what is open. */
  String dump();

  /** The same as JSON: a list of one object a loop. */
  String dumpJson();

  /** The figures of each loop. */
  List<LoopFigures> getFigures();
}
