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
 * The {@link Operations} of one {@link Peer} in a JVM of its own, so that a call site in it sees
 * one peer only.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(SyncBenchmark.TIMES)
public class SyncBenchmark {
  static final int TIMES = 10_000;

  /** Whose they are. */
  @Param public Peer peer;

  private Operations operations;

  /** Opens what the peer needs for all invocations. */
  @Setup
  public void open() {
    operations = peer.open();
  }

  /** Closes it. */
  @TearDown
  public void close() {
    operations.close();
  }

  /** See {@link Operations#lock}. */
  @Benchmark
  public void lock() throws Exception {
    operations.lock(TIMES);
  }

  /** See {@link Operations#lockContended}. */
  @Benchmark
  public void lockContended() throws Exception {
    operations.lockContended(TIMES);
  }

  /** See {@link Operations#semaphore}. */
  @Benchmark
  public void semaphore() throws Exception {
    operations.semaphore(TIMES);
  }

  /** See {@link Operations#semaphoreContended}. */
  @Benchmark
  public void semaphoreContended() throws Exception {
    operations.semaphoreContended(TIMES);
  }

  /** See {@link Operations#queue}. */
  @Benchmark
  public void queue() throws Exception {
    operations.queue(TIMES);
  }

  /** See {@link Operations#queueOfOne}. */
  @Benchmark
  public void queueOfOne() throws Exception {
    operations.queueOfOne(TIMES);
  }

  /** See {@link Operations#switchOver}. */
  @Benchmark
  public void switchOver() throws Exception {
    operations.switchOver(TIMES);
  }

  /** See {@link Operations#spawnAndJoin}. */
  @Benchmark
  public void spawnAndJoin() throws Exception {
    operations.spawnAndJoin(TIMES);
  }

  /** See {@link Operations#chainOfTen}. */
  @Benchmark
  public void chainOfTen() throws Exception {
    operations.chainOfTen(TIMES);
  }
}
