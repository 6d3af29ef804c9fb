// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules.planted.net;

import whirlwind.rules.planted.io.ReachesUp;

/** The other half of the cycle; this edge points down and is fine by itself. */
public interface Top {
  ReachesUp below();
}
