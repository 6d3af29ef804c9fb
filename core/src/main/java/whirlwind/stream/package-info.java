// SPDX-License-Identifier: Apache-2.0
/**
 * Streams of bytes: read until something, write, close.
 *
 * <p>Reading order: {@link whirlwind.stream.IOStream} (a socket), {@link
 * whirlwind.stream.BaseIOStream} (the one machine behind every stream), {@code ReadRequest} (when a
 * read is satisfied), {@link whirlwind.stream.StreamLimits} (how much may wait), {@link
 * whirlwind.stream.StreamException} (what can go wrong).
 */
@NullMarked
package whirlwind.stream;

import org.jspecify.annotations.NullMarked;
