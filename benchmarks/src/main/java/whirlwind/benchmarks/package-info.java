// SPDX-License-Identifier: Apache-2.0
/**
 * What an echo costs: servers that do the same thing in different ways, and the runner that
 * measures them side by side.
 *
 * <p>Start with {@link whirlwind.benchmarks.EchoRun}; {@code README.md} of this module says how to
 * read what it prints. The servers ({@link whirlwind.benchmarks.RawNioEcho}, {@link
 * whirlwind.benchmarks.NettyNioEcho}, {@link whirlwind.benchmarks.VirtualThreadEcho}, {@link
 * whirlwind.benchmarks.WhirlwindEcho} …) are processes of their own. {@link
 * whirlwind.benchmarks.Suite} lists what is compared with what. {@link
 * whirlwind.benchmarks.FlameRun} looks into one of them.
 */
@NullMarked
package whirlwind.benchmarks;

import org.jspecify.annotations.NullMarked;
