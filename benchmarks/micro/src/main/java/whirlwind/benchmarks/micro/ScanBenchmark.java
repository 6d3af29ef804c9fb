// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Reads up to a delimiter that comes after 4 MiB, which arrive in blocks; one {@link ScanPeer} in a
 * JVM of its own. An operation is a byte: the time is that of its way from the transport, through
 * the search, into the result.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(ScanBenchmark.LENGTH)
public class ScanBenchmark {
  /** Bytes of a line, the delimiter included. */
  static final int LENGTH = 4 << 20;

  /** Bytes that arrive at once: what a stream of ours takes from a socket in one read. */
  static final int BLOCK = 64 << 10;

  static final byte DELIMITER = '\n';

  /** Whose it is. */
  @Param public ScanPeer peer;

  private ScanOperations operations;

  /** Opens what the peer needs for all invocations. */
  @Setup
  public void open() {
    operations = peer.open(line());
  }

  private static byte[] line() {
    var line = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      line[i] = (byte) ('a' + i % 26);
    }
    line[LENGTH - 1] = DELIMITER;
    return line;
  }

  /** Closes it. */
  @TearDown
  public void close() {
    operations.close();
  }

  /** See {@link ScanOperations#readLine}. */
  @Benchmark
  public Object readUntil() throws Exception {
    return operations.readLine();
  }
}
