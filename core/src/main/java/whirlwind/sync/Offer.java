// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;

/**
 * An operation that may have to wait, as a {@link Select} needs it: it must know before it begins
 * whether it would wait, and wait on behalf of something else than a future of its own.
 *
 * @param text its name, such as {@code Queue.get()}
 * @param isReady whether {@code start} would not have to wait
 * @param start begins it, the ordinary way
 * @param join stands in line for it, or throws and has changed nothing
 * @param <T> what it gives
 */
record Offer<T extends @Nullable Object>(
    String text,
    BooleanSupplier isReady,
    Supplier<? extends Future<T>> start,
    Function<Recipient<T>, Waiter<?>> join) {}
