// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.SocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * What became of the connections that a server had when it was stopped.
 *
 * @param finished how many came to their end by themselves
 * @param cancelled the peers of those that had not, and whose handlers were cancelled
 * @param aborted the peers of those whose handlers had not ended even then, and whose streams were
 *     closed under them
 */
public record DrainReport(
    int finished, List<SocketAddress> cancelled, List<SocketAddress> aborted) {

  static final DrainReport NOTHING = new DrainReport(0, List.of(), List.of());

  /** Takes copies. */
  public DrainReport {
    cancelled = List.copyOf(cancelled);
    aborted = List.copyOf(aborted);
  }

  /** Whether all finished by themselves. */
  public boolean isClean() {
    return cancelled.isEmpty() && aborted.isEmpty();
  }

  DrainReport and(DrainReport other) {
    return new DrainReport(
        finished + other.finished,
        Stream.concat(cancelled.stream(), other.cancelled.stream()).toList(),
        Stream.concat(aborted.stream(), other.aborted.stream()).toList());
  }
}
