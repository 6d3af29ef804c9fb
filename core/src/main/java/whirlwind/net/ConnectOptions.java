// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import whirlwind.stream.StreamLimits;
import whirlwind.tls.ClientTls;

/**
 * How a {@link TCPClient} connects.
 *
 * @param timeout for everything together, from the call to the stream; null means for ever
 * @param localAddress where to connect from; port 0 lets the kernel choose one, and the wildcard
 *     address leaves the address to it. Addresses of the other family are not tried then. Null
 *     leaves all to the kernel.
 * @param attemptDelay how long an attempt is given before the next one starts beside it, from 10 ms
 *     to 2 s
 * @param firstFamilyCount how many addresses of the first one's family are tried before one of the
 *     other, at least 1
 * @param limits those of the stream
 * @param tls how TLS is done once there is a connection, for the host that was asked for unless it
 *     names another; the stream is an {@link whirlwind.stream.SSLIOStream} then. Null means no TLS
 */
public record ConnectOptions(
    @Nullable Duration timeout,
    @Nullable InetSocketAddress localAddress,
    Duration attemptDelay,
    int firstFamilyCount,
    StreamLimits limits,
    @Nullable ClientTls tls) {

  private static final Duration LEAST_DELAY = Duration.ofMillis(10);
  private static final Duration MOST_DELAY = Duration.ofSeconds(2);
  private static final ConnectOptions DEFAULTS =
      new ConnectOptions(null, null, Duration.ofMillis(250), 1, StreamLimits.defaults(), null);

  /** Checks the values. */
  public ConnectOptions {
    if (localAddress != null && localAddress.isUnresolved()) {
      throw new IllegalArgumentException(
          "localAddress: wanted a resolved one, got " + localAddress);
    }
    Objects.requireNonNull(attemptDelay, "attemptDelay");
    if (attemptDelay.compareTo(LEAST_DELAY) < 0 || attemptDelay.compareTo(MOST_DELAY) > 0) {
      throw new IllegalArgumentException("attemptDelay: wanted 10 ms to 2 s, got " + attemptDelay);
    }
    if (firstFamilyCount < 1) {
      throw new IllegalArgumentException(
          "firstFamilyCount: wanted at least 1, got " + firstFamilyCount);
    }
    Objects.requireNonNull(limits, "limits");
  }

  /** No time-out, no TLS, from anywhere, the next attempt after 250 ms, families in turn. */
  public static ConnectOptions defaults() {
    return DEFAULTS;
  }

  /** These options with another {@link #timeout}. */
  public ConnectOptions withTimeout(@Nullable Duration other) {
    return new ConnectOptions(other, localAddress, attemptDelay, firstFamilyCount, limits, tls);
  }

  /** These options with another {@link #localAddress}. */
  public ConnectOptions withLocalAddress(@Nullable InetSocketAddress other) {
    return new ConnectOptions(timeout, other, attemptDelay, firstFamilyCount, limits, tls);
  }

  /** These options with another {@link #attemptDelay}. */
  public ConnectOptions withAttemptDelay(Duration other) {
    return new ConnectOptions(timeout, localAddress, other, firstFamilyCount, limits, tls);
  }

  /** These options with another {@link #firstFamilyCount}. */
  public ConnectOptions withFirstFamilyCount(int other) {
    return new ConnectOptions(timeout, localAddress, attemptDelay, other, limits, tls);
  }

  /** These options with other {@link #limits}. */
  public ConnectOptions withLimits(StreamLimits other) {
    return new ConnectOptions(timeout, localAddress, attemptDelay, firstFamilyCount, other, tls);
  }

  /** These options with another {@link #tls}. */
  public ConnectOptions withTls(@Nullable ClientTls other) {
    return new ConnectOptions(timeout, localAddress, attemptDelay, firstFamilyCount, limits, other);
  }
}
