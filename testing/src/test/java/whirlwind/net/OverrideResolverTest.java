// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class OverrideResolverTest {
  private static final InetAddress ONE = InetAddress.ofLiteral("10.0.0.1");
  private static final InetAddress TWO = InetAddress.ofLiteral("2001:db8::2");
  private static final InetSocketAddress ELSEWHERE = new InetSocketAddress("10.9.9.9", 999);

  private final List<String> asked = new ArrayList<>();
  private final Resolver others =
      (host, port, timeout) -> {
        asked.add(host + ":" + port + " " + timeout);
        return Futures.completed(List.of(ELSEWHERE));
      };

  private static List<InetSocketAddress> resolve(Resolver resolver, String host, int port) {
    return resolver.resolve(host, port).await();
  }

  @LoopTest
  void aHostIsReplacedAtEveryPort(IOLoop loop) {
    var resolver = new OverrideResolver(others).with("example.org", ONE, TWO);
    for (int port : new int[] {80, 443}) {
      assertThat(resolve(resolver, "Example.org", port))
          .containsExactly(new InetSocketAddress(ONE, port), new InetSocketAddress(TWO, port));
    }
    assertThat(asked).isEmpty();
  }

  @LoopTest
  void aHostWithAPortComesBeforeTheHost(IOLoop loop) {
    var target = new InetSocketAddress(TWO, 1443);
    var resolver =
        new OverrideResolver(others).with("example.org", 443, target).with("example.org", ONE);
    assertThat(resolve(resolver, "example.org", 443)).containsExactly(target);
    assertThat(resolve(resolver, "example.org", 80))
        .containsExactly(new InetSocketAddress(ONE, 80));
  }

  @LoopTest
  void anAddressCanBeReplacedToo(IOLoop loop) {
    var resolver = new OverrideResolver(others).with("[::1]", ONE);
    assertThat(resolve(resolver, "0:0::1", 80)).containsExactly(new InetSocketAddress(ONE, 80));
  }

  @LoopTest
  void whatIsNotInTheTableIsAskedOfTheOther(IOLoop loop) {
    var resolver = new OverrideResolver(others).with("example.org", 443, ELSEWHERE);
    assertThat(resolver.resolve("example.org", 80, Duration.ofSeconds(2)).await())
        .containsExactly(ELSEWHERE);
    assertThat(asked).containsExactly("example.org:80 PT2S");
  }

  @LoopTest
  void aTableIsNeverChanged(IOLoop loop) {
    var empty = new OverrideResolver(others);
    var first = empty.with("example.org", ONE);
    var second = first.with("example.org", TWO);
    assertThat(resolve(second, "example.org", 80).getFirst().getAddress()).isEqualTo(TWO);
    assertThat(resolve(first, "example.org", 80).getFirst().getAddress()).isEqualTo(ONE);
    assertThat(resolve(empty, "example.org", 80)).containsExactly(ELSEWHERE);
  }

  @LoopTest
  void badInputIsRefused(IOLoop loop) {
    var resolver = new OverrideResolver(others);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> resolver.with("example.org"))
        .withMessage("addresses: wanted at least one, got none");
    assertThatIllegalArgumentException().isThrownBy(() -> resolver.with("a b", ONE));
    assertThatIllegalArgumentException().isThrownBy(() -> resolver.with("a", -1, ELSEWHERE));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> resolver.with("a", 80, InetSocketAddress.createUnresolved("example.org", 80)))
        .withMessageContaining("wanted a resolved one");
    assertThatIllegalArgumentException().isThrownBy(() -> resolver.resolve("a b", 80));
    assertThatNullPointerException().isThrownBy(() -> new OverrideResolver(null));
  }
}
