// SPDX-License-Identifier: Apache-2.0

/**
 * What locks, queues, switches, futures, callbacks and timers cost, in nanoseconds and bytes an
 * operation: ours beside what else one could use. Read {@link
 * whirlwind.benchmarks.micro.Operations} and {@link whirlwind.benchmarks.micro.LoopBenchmark},
 * which say what is measured, then an implementation.
 */
@NullMarked
package whirlwind.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
