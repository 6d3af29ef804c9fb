// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

/**
 * How a server listens.
 *
 * @param backlog how many connections may wait to be accepted, at least 1; kernels have their own
 *     upper limit
 * @param reuseAddress whether an address can be bound again while old connections to it linger;
 *     means nothing to Unix-domain sockets
 * @param reusePort whether several listeners, for example one a loop, share one port and the kernel
 *     spreads the connections; an error where the platform cannot
 */
public record ListenOptions(int backlog, boolean reuseAddress, boolean reusePort) {

  private static final ListenOptions DEFAULTS = new ListenOptions(1024, true, false);

  /** Refuses a backlog below 1. */
  public ListenOptions {
    if (backlog < 1) {
      throw new IllegalArgumentException("backlog: wanted at least 1, got " + backlog);
    }
  }

  /** A backlog of 1024, reusing addresses, not sharing ports. */
  public static ListenOptions defaults() {
    return DEFAULTS;
  }

  /** These options with another backlog. */
  public ListenOptions withBacklog(int backlog) {
    return new ListenOptions(backlog, reuseAddress, reusePort);
  }

  /** These options with address reuse on or off. */
  public ListenOptions withReuseAddress(boolean reuseAddress) {
    return new ListenOptions(backlog, reuseAddress, reusePort);
  }

  /** These options with port sharing on or off. */
  public ListenOptions withReusePort(boolean reusePort) {
    return new ListenOptions(backlog, reuseAddress, reusePort);
  }
}
