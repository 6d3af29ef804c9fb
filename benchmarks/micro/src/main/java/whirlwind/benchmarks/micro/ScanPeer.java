// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.util.function.Function;

/** Whose search is measured. */
public enum ScanPeer {
  /** This library: {@code readUntil} of a stream over memory, whose result is an array. */
  WHIRLWIND("Whirlwind", WhirlwindScan::new),
  /** Netty's decoder of lines, which remembers how far it has looked; its result is a buffer. */
  NETTY("Netty", NettyScan::new),
  /** One look at each byte, eight at a time, where they lie: what memory allows. */
  MEMORY("memory alone", MemoryScan::new);

  private final String title;
  private final Function<byte[], ScanOperations> operations;

  ScanPeer(String title, Function<byte[], ScanOperations> operations) {
    this.title = title;
    this.operations = operations;
  }

  String title() {
    return title;
  }

  ScanOperations open(byte[] line) {
    return operations.apply(line);
  }
}
