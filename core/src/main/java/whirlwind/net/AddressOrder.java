// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * In which order the addresses of a host are tried: the families in turn, so that one that does not
 * work holds up nobody for long, beginning with the first address's.
 *
 * <p>Source: RFC 8305 section 4.
 */
final class AddressOrder {
  private AddressOrder() {}

  /**
   * Each address once; within a family the order stays.
   *
   * @param firstFamilyCount so many of the first family come before one of the other
   */
  static List<InetSocketAddress> interleaved(
      List<InetSocketAddress> addresses, int firstFamilyCount) {
    var first = new ArrayDeque<InetSocketAddress>();
    var other = new ArrayDeque<InetSocketAddress>();
    for (var address : new LinkedHashSet<>(addresses)) {
      (isSameFamily(address, addresses.getFirst()) ? first : other).add(address);
    }
    var order = new ArrayList<InetSocketAddress>();
    for (int i = 1; i < firstFamilyCount && !first.isEmpty(); i++) {
      order.add(first.remove());
    }
    while (!first.isEmpty() || !other.isEmpty()) {
      if (!first.isEmpty()) {
        order.add(first.remove());
      }
      if (!other.isEmpty()) {
        order.add(other.remove());
      }
    }
    return order;
  }

  /** Those that can be reached from {@code local}; null, or the wildcard, means all. */
  static List<InetSocketAddress> reachable(
      List<InetSocketAddress> addresses, @Nullable InetSocketAddress local) {
    return local == null || local.getAddress().isAnyLocalAddress()
        ? addresses
        : addresses.stream().filter(address -> isSameFamily(address, local)).toList();
  }

  private static boolean isSameFamily(InetSocketAddress one, InetSocketAddress other) {
    return one.getAddress().getClass() == other.getAddress().getClass();
  }
}
