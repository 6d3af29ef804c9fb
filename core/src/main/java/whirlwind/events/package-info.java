// SPDX-License-Identifier: Apache-2.0

/**
 * Events of the JDK Flight Recorder, for which {@link whirlwind.events.Events} is the way in. While
 * nobody records them a loop pays for a look at a flag, and makes none. Fields are texts and
 * numbers: what they are of may be gone when they are read.
 */
@NullMarked
package whirlwind.events;

import org.jspecify.annotations.NullMarked;
