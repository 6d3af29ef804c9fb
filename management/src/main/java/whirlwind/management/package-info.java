// SPDX-License-Identifier: Apache-2.0

/**
 * Looking into the loops of a process from outside: the process calls {@link
 * whirlwind.management.LoopManagement#register()} once, and {@link whirlwind.management.DumpLoops}
 * or any JMX client asks it.
 */
@NullMarked
package whirlwind.management;

import org.jspecify.annotations.NullMarked;
