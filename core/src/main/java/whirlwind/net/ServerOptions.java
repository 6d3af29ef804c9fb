// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import whirlwind.io.ListenOptions;
import whirlwind.stream.StreamLimits;
import whirlwind.tls.ServerTls;

/**
 * How a {@link TCPServer} serves, for those to whom the defaults are not enough.
 *
 * @param limits how many bytes may wait in the stream of each connection
 * @param listening how it listens where nothing else is said
 * @param maxConnections how many connections it has at most, at least 1; further ones wait in the
 *     backlog
 * @param resumeAt when there were that many, it accepts again as soon as no more than these are
 *     left, so that it does not stop and go with each; from 0 to one less than the maximum
 * @param socketFileMode who may connect to a Unix-domain socket, as the mode of its file; nobody
 *     else may at any moment. Means nothing where files have no modes (Windows).
 * @param tls how TLS is done with each connection; null means no TLS
 */
public record ServerOptions(
    StreamLimits limits,
    ListenOptions listening,
    int maxConnections,
    int resumeAt,
    Set<PosixFilePermission> socketFileMode,
    @Nullable ServerTls tls) {

  private static final ServerOptions DEFAULTS =
      new ServerOptions(
          StreamLimits.defaults(),
          ListenOptions.defaults(),
          Integer.MAX_VALUE,
          Integer.MAX_VALUE - 1,
          Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE),
          null);

  /** Checks the values. */
  public ServerOptions {
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(listening, "listening");
    if (maxConnections < 1) {
      throw new IllegalArgumentException(
          "maxConnections: wanted at least 1, got " + maxConnections);
    }
    if (resumeAt < 0 || resumeAt >= maxConnections) {
      throw new IllegalArgumentException(
          "resumeAt: wanted 0 to %d, which is less than maxConnections, got %d"
              .formatted(maxConnections - 1, resumeAt));
    }
    socketFileMode = Set.copyOf(socketFileMode);
  }

  /**
   * No TLS, default limits, any number of connections, and socket files for their owner alone
   * (0600).
   */
  public static ServerOptions defaults() {
    return DEFAULTS;
  }

  /** These options with other limits. */
  public ServerOptions withLimits(StreamLimits other) {
    return new ServerOptions(other, listening, maxConnections, resumeAt, socketFileMode, tls);
  }

  /** These options with another way to listen. */
  public ServerOptions withListening(ListenOptions other) {
    return new ServerOptions(limits, other, maxConnections, resumeAt, socketFileMode, tls);
  }

  /** These options with a limit, which lets connections in again when a tenth has gone. */
  public ServerOptions withMaxConnections(int most) {
    return withMaxConnections(most, most - Math.max(1, most / 10));
  }

  /** These options with a limit, which lets connections in again at {@code resumeAt}. */
  public ServerOptions withMaxConnections(int most, int resumeAt) {
    return new ServerOptions(limits, listening, most, resumeAt, socketFileMode, tls);
  }

  /**
   * These options with another mode for socket files, for example {@code
   * PosixFilePermissions.fromString("rw-rw----")}.
   */
  public ServerOptions withSocketFileMode(Set<PosixFilePermission> other) {
    return new ServerOptions(limits, listening, maxConnections, resumeAt, other, tls);
  }

  /** These options with TLS; null means none. */
  public ServerOptions withTls(@Nullable ServerTls other) {
    return new ServerOptions(limits, listening, maxConnections, resumeAt, socketFileMode, other);
  }
}
