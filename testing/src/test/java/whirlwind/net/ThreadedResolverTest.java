// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;

/**
 * What is asked, of whom, and what comes back; the cache and the sharing have tests of their own.
 */
class ThreadedResolverTest {
  private final ScriptedLookup lookup = new ScriptedLookup();

  private ThreadedResolver resolver() {
    return new ThreadedResolver(ResolverOptions.defaults(), lookup);
  }

  @AfterEach
  void letGo() {
    lookup.close();
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  @LoopTest
  void anAddressIsItsOwnAnswerAtOnce(IOLoop loop) {
    for (var literal : List.of("127.0.0.1", "255.255.255.255", "::1", "2001:db8::17")) {
      var resolved = resolver().resolve(literal, 80);
      assertThat(resolved.result()).containsExactly(at(literal, 80));
    }
    assertThat(resolver().resolve("[::1]", 80).result()).containsExactly(at("::1", 80));
    assertThat(resolver().resolve("::ffff:10.0.0.1", 80).result())
        .as("an IPv4 address in IPv6")
        .containsExactly(at("10.0.0.1", 80));
    assertThat(lookup.asked).isEmpty();
  }

  @LoopTest
  void anAddressMayHaveAZone(IOLoop loop) throws SocketException {
    var loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
    Assumptions.assumeTrue(loopback != null);
    for (var zone : List.of(loopback.getName(), Integer.toString(loopback.getIndex()))) {
      for (var host : List.of("fe80::1%" + zone, "[fe80::1%" + zone + "]")) {
        var address = resolver().resolve(host, 80).result().getFirst().getAddress();
        assertThat(((Inet6Address) address).getScopeId()).as(host).isEqualTo(loopback.getIndex());
      }
    }
  }

  @LoopTest
  void whatCannotBeAHostIsRefusedAtTheCall(IOLoop loop) {
    var label = "x".repeat(63);
    var longest = label + "." + label + "." + label + "." + "x".repeat(61);
    var hosts =
        List.of(
            "",
            ".",
            "a..b",
            ".a",
            "a b",
            "a/b",
            "a\n",
            "b\u00fccher.example",
            "*.example",
            "example.org:80",
            "http://example.org",
            label + "x",
            longest + "x",
            "1",
            "127.1",
            "1.2.3.4.5",
            "1.2.3.256",
            "01.2.3.4",
            "1.2.3.4.",
            "0x7f.0.0.1",
            "0x7f000001",
            "127.0.0.0X1",
            "::g",
            "[::1",
            "::1]",
            "[[::1]]",
            "::1%",
            "::1%no-such-zone",
            "1.2.3.4%1",
            ":");
    for (var host : hosts) {
      assertThatIllegalArgumentException()
          .as("\"%s\"", host)
          .isThrownBy(() -> resolver().resolve(host, 80))
          .withMessageStartingWith("host: wanted ");
    }
    assertThatNullPointerException()
        .isThrownBy(() -> resolver().resolve(null, 80))
        .withMessage("host");
    for (int port : new int[] {-1, 65_536}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> resolver().resolve("example.org", port))
          .withMessage("port: wanted 0 to 65535, got " + port);
    }
    assertThat(lookup.asked).isEmpty();

    for (var host :
        List.of(longest, longest + ".", "a", "_dmarc.xn--bcher-kva.example", "1a", "0xyz")) {
      lookup.found(host, "10.0.0.1");
      assertThat(resolver().resolve(host, 80).await()).as(host).hasSize(1);
    }
  }

  @LoopTest
  void aNameIsLookedUpInLowerCaseAndTheOrderIsKept(IOLoop loop) {
    lookup.found("example.org", "10.0.0.2", "2001:db8::1", "10.0.0.1");
    assertThat(resolver().resolve("Example.ORG", 443).await())
        .containsExactly(at("10.0.0.2", 443), at("2001:db8::1", 443), at("10.0.0.1", 443));
    assertThat(lookup.asked).containsExactly("example.org");
  }

  @LoopTest
  void itIsLookedUpOnADaemonPlatformThreadWhileTheLoopGoesOn(IOLoop loop) {
    var resolving = resolver().resolve("example.org", 80);
    lookup.awaitBegun(1); // the loop goes on, or this would not come back
    assertThat(resolving.isDone()).isFalse();
    var thread = lookup.threads.getFirst();
    assertThat(thread.isVirtual()).isFalse();
    assertThat(thread.isDaemon()).isTrue();
    lookup.found("example.org", "10.0.0.1");
    assertThat(resolving.await()).hasSize(1);
  }

  @LoopTest
  void fewThreadsServeManyLookUps(IOLoop loop) {
    var resolver = resolver();
    var resolving = new ArrayList<Future<?>>();
    for (int i = 0; i < 100; i++) {
      resolving.add(resolver.resolve("host-" + i, 80));
    }
    lookup.awaitBegun(1);
    for (int i = 0; i < 100; i++) {
      lookup.found("host-" + i, "10.0.0.1");
    }
    Futures.all(resolving).await();
    assertThat(lookup.asked).hasSize(100);
    assertThat(lookup.threads.stream().distinct().count()).isBetween(1L, (long) LookupThreads.MOST);
  }

  @LoopTest
  void anUnknownHostIsNamedAndTheSystemsFailureKept(IOLoop loop) {
    lookup.found("x.invalid");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> resolver().resolve("X.invalid", 80).await())
        .withMessage("cannot resolve \"x.invalid\": unknown host (Name or service not known)")
        .withCauseInstanceOf(UnknownHostException.class);
  }

  @LoopTest
  void aHostWithoutAddressesIsUnknown(IOLoop loop) {
    lookup.found("empty.example");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> resolver().resolve("empty.example", 80).await())
        .withMessage("cannot resolve \"empty.example\": unknown host (it has no addresses)")
        .withCauseInstanceOf(UnknownHostException.class);
  }

  @LoopTest
  void aLookUpWithABugFailsWithThat(IOLoop loop) {
    var bug = new IllegalStateException("the bug");
    lookup.broken("example.org", bug);
    assertThat(catchThrowable(() -> resolver().resolve("example.org", 80).await()))
        .hasRootCause(bug);
    assertThat(catchThrowable(() -> resolver().resolve("example.org", 80).await())).isNotNull();
    assertThat(lookup.asked).as("not remembered").hasSizeGreaterThan(1);
  }

  @LoopTest(clock = Time.SYSTEM)
  void byDefaultTheSystemIsAsked(IOLoop loop) {
    assertThat(new ThreadedResolver().resolve("localhost", 80).await())
        .isNotEmpty()
        .allMatch(address -> address.getAddress().isLoopbackAddress());
  }

  @LoopTest
  void itBelongsToItsLoop(IOLoop loop) {
    var resolver = resolver();
    var elsewhere = loop.runInExecutor(() -> resolver.resolve("::1", 80));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(elsewhere::await)
        .withMessageContaining("wanted a caller on");
  }
}
