// SPDX-License-Identifier: Apache-2.0
/**
 * Virtual threads that live on one executor. Not exported: users meet coroutines only as code that
 * {@code Future.await()} suspends.
 *
 * <p>Reading order: {@link whirlwind.coroutine.Coroutine} (what it can do), {@link
 * whirlwind.coroutine.Carrier} (the two ways it is done), {@link whirlwind.coroutine.LoopCarrier}
 * (the only code that touches JDK internals), {@link whirlwind.coroutine.BatonCarrier} (the same
 * promise from public API alone).
 */
@NullMarked
package whirlwind.coroutine;

import org.jspecify.annotations.NullMarked;
