// SPDX-License-Identifier: Apache-2.0

/** The figures of loops as meters: {@link whirlwind.micrometer.LoopMetrics}. */
@NullMarked
package whirlwind.micrometer;

import org.jspecify.annotations.NullMarked;
