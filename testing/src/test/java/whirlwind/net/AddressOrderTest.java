// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressOrderTest {

  /** Addresses by short names: {@code a} to {@code e} are IPv6, {@code 1} to {@code 9} IPv4. */
  private static List<InetSocketAddress> addresses(String names) {
    return names
        .chars()
        .mapToObj(name -> (name > '9' ? "2001:db8::" : "10.0.0.") + (char) name)
        .map(literal -> new InetSocketAddress(InetAddress.ofLiteral(literal), 80))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "a,      1, a", //
    "abc123, 1, a1b2c3",
    "123abc, 1, 1a2b3c",
    "abc1,   1, a1bc",
    "a123,   1, a123",
    "1a23,   1, 1a23",
    "abcde1, 2, ab1cde",
    "abc12,  2, ab1c2",
    "abc12,  9, abc12",
    "12a,    2, 12a",
  })
  void familiesAlternateFromThatOfTheFirst(String resolved, int count, String order) {
    assertThat(AddressOrder.interleaved(addresses(resolved), count)).isEqualTo(addresses(order));
  }

  @Test
  void anAddressIsTriedOnce() {
    assertThat(AddressOrder.interleaved(addresses("aab1a1b"), 1)).isEqualTo(addresses("a1b"));
  }

  @Test
  void onlyTheFamilyOfTheLocalAddressIsReachable() {
    var all = addresses("a1b2");
    assertThat(AddressOrder.reachable(all, addresses("9").getFirst())).isEqualTo(addresses("12"));
    assertThat(AddressOrder.reachable(all, addresses("e").getFirst())).isEqualTo(addresses("ab"));
    assertThat(AddressOrder.reachable(all, null)).isEqualTo(all);
    assertThat(
            Stream.of("0.0.0.0", "::")
                .map(any -> new InetSocketAddress(InetAddress.ofLiteral(any), 7)))
        .allSatisfy(any -> assertThat(AddressOrder.reachable(all, any)).isEqualTo(all));
  }
}
