// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets and pollers of Linux, called directly.
 *
 * <p>Two floors. Below: the kernel as it is. {@code Downcall} (the one way into C), {@code Abi}
 * (the numbers of the C headers), {@code Kernel} (errno and the memory of calls), and the calls
 * themselves, by manual section: {@code Epoll}, {@code Sockets}, {@code Files}. {@code Errno} says
 * in exceptions what the kernel says in numbers, as the JDK does for the same number.
 *
 * <p>Above: {@code EpollProvider}, {@code EpollPoller} with its {@code Registrations}, {@code
 * EpollTransport} and {@code EpollListener}.
 *
 * <p>Results of calls are longs: what the call returned, or an errno made negative. So nothing is
 * allocated for a call, also not for one that would have to wait.
 */
@NullMarked
package whirlwind.linux;

import org.jspecify.annotations.NullMarked;
