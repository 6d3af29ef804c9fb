// SPDX-License-Identifier: Apache-2.0

/**
 * What a loop shows of itself: plain values, as text and as JSON, for people and for tools. Begin
 * with {@link whirlwind.diagnosis.LoopDump}.
 */
@NullMarked
package whirlwind.diagnosis;

import org.jspecify.annotations.NullMarked;
