// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

/** Whether a new loop becomes the current one of the thread that constructs it. */
public enum MakeCurrent {
  /** It takes over from whichever loop was current. The default. */
  TAKE_OVER,
  /** It becomes current; constructing it fails if another loop is. */
  OR_FAIL,
  /** What is current stays so. */
  NEVER
}
