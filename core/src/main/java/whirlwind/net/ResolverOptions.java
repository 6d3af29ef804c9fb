// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a {@link ThreadedResolver} remembers answers, and how many. The JDK keeps its own for a
 * while, too: see its security properties {@code networkaddress.cache.ttl} (30 seconds by default)
 * and {@code networkaddress.cache.negative.ttl} (10 seconds). The ages add up.
 *
 * @param maxAge how old the addresses of a host may become; zero remembers none
 * @param maxFailureAge how old it may become that a host was not found; zero forgets it at once
 * @param maxHosts how many hosts are remembered, at least 1; the one that was asked for least
 *     recently is forgotten first
 */
public record ResolverOptions(Duration maxAge, Duration maxFailureAge, int maxHosts) {
  private static final ResolverOptions DEFAULTS =
      new ResolverOptions(Duration.ofSeconds(30), Duration.ofSeconds(5), 1024);

  /** Refuses negative ages and less than one host. */
  public ResolverOptions {
    requireNotNegative("maxAge", maxAge);
    requireNotNegative("maxFailureAge", maxFailureAge);
    if (maxHosts < 1) {
      throw new IllegalArgumentException("maxHosts: wanted at least 1, got " + maxHosts);
    }
  }

  private static void requireNotNegative(String name, Duration age) {
    Objects.requireNonNull(age, name);
    if (age.isNegative()) {
      throw new IllegalArgumentException(name + ": wanted zero or more, got " + age);
    }
  }

  /** Addresses for 30 seconds, failures for 5, of 1024 hosts. */
  public static ResolverOptions defaults() {
    return DEFAULTS;
  }

  /** These options with another {@link #maxAge}. */
  public ResolverOptions withMaxAge(Duration age) {
    return new ResolverOptions(age, maxFailureAge, maxHosts);
  }

  /** These options with another {@link #maxFailureAge}. */
  public ResolverOptions withMaxFailureAge(Duration age) {
    return new ResolverOptions(maxAge, age, maxHosts);
  }

  /** These options with another {@link #maxHosts}. */
  public ResolverOptions withMaxHosts(int hosts) {
    return new ResolverOptions(maxAge, maxFailureAge, hosts);
  }
}
