// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets, pipes and pollers of Linux, called directly.
 *
 * <p>Two floors. Below: the kernel as it is. {@code Downcall} (the one way into C), {@code Abi}
 * (the numbers of the C headers), {@code Kernel} (errno, and the {@code NativeMemory} of calls),
 * and the calls themselves: {@code Epoll}, {@code Ring}, {@code Sockets} with {@code
 * SocketAddresses}, {@code Files}. {@code Bytes} moves bytes between buffers and descriptors.
 * {@code Errno} says in exceptions what the kernel says in numbers, as the JDK does for the same
 * number. Nothing down here knows of polling: another poller can stand on it.
 *
 * <p>Above: {@code EpollProvider} and {@code UringProvider}, which a loop finds; {@code
 * LinuxPoller} with its {@code Registrations}, its {@code Readiness} (epoll, or {@code Uring}), its
 * {@code Waker} and its {@code Interrupts}; {@code SocketListener}; {@code SocketTransport} over
 * sockets and {@code FileTransport} over everything else. A socket is watched as a {@code
 * PolledSocket}, or as a {@code RingSocket}, whose bytes come with the completions of the ring:
 * {@code Receptions} has these, {@code BufferRing} the memory.
 *
 * <p>Results of calls are ints: what the call returned, or an errno made negative. So nothing is
 * allocated for a call, also not for one that would have to wait.
 */
@NullMarked
package whirlwind.linux;

import org.jspecify.annotations.NullMarked;
