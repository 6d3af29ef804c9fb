// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.util.List;

/**
 * What a {@link TCPServer} is at, at one moment; for whoever watches it.
 *
 * @param connectionsByLoop how many connections each of its loops is serving
 * @param accepted how many it has taken since it was made
 * @param unserved how many of those ended before their handler could begin
 * @param intake whether it takes more
 */
public record ServerStatus(
    List<Integer> connectionsByLoop, long accepted, long unserved, Intake intake) {

  /** Whether a server takes connections. */
  public enum Intake {
    /** It does. */
    OPEN,
    /** It has as many as it may, or its loops are still starting; others wait in the backlog. */
    FULL,
    /**
     * The streams of its loop, or of all its loops, hold more than their {@link
     * whirlwind.loop.MemoryLimit}; others wait in the backlog.
     */
    SHORT_OF_MEMORY,
    /** The system gives it none, for example for want of descriptors; it tries again soon. */
    FAILING,
    /** It was stopped. */
    STOPPED
  }

  /** Takes a copy. */
  public ServerStatus {
    connectionsByLoop = List.copyOf(connectionsByLoop);
  }

  /** How many connections are being served. */
  public int connections() {
    return connectionsByLoop.stream().mapToInt(Integer::intValue).sum();
  }
}
