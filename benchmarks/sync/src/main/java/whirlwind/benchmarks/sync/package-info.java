// SPDX-License-Identifier: Apache-2.0

/**
 * What locks, queues, switches and futures cost, in nanoseconds and bytes an operation: ours beside
 * what else one could use. Read {@link whirlwind.benchmarks.sync.Operations}, which says what is
 * measured, then one of its implementations.
 */
@NullMarked
package whirlwind.benchmarks.sync;

import org.jspecify.annotations.NullMarked;
