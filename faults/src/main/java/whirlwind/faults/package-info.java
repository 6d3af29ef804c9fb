// SPDX-License-Identifier: Apache-2.0

/**
 * What goes wrong, and what has to come of it. The servers are processes of their own, the clients
 * plain blocking sockets, so that the library is not tested with itself. Read {@code Ordeal}, which
 * holds what is true after every fault, then a test such as {@code RudePeersTest}.
 */
@NullMarked
package whirlwind.faults;

import org.jspecify.annotations.NullMarked;
