// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules.planted.io;

import whirlwind.rules.planted.net.Top;

/** Breaks three rules: it reaches up, closes a cycle, and its package is not null-marked. */
public record ReachesUp(Top top) {}
