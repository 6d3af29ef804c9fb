// SPDX-License-Identifier: Apache-2.0
/**
 * Where a stream's bytes wait: between the socket and a read, and between a write and the socket.
 * Not exported: users meet byte arrays and byte buffers only. Loop thread only, and nothing here
 * knows of sockets, futures or limits. Every class holds no memory while it is empty, so an idle
 * connection costs a few fields.
 *
 * <p>Reading order: {@link whirlwind.buffer.ReadBuffer} (received, not yet taken), {@link
 * whirlwind.buffer.ByteSearch} and {@link whirlwind.buffer.PatternSearch} (looking for the end of a
 * message in it), {@link whirlwind.buffer.WriteBuffer} (accepted, not yet with the kernel).
 */
@NullMarked
package whirlwind.buffer;

import org.jspecify.annotations.NullMarked;
