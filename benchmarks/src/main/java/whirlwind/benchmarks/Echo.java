// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What all echo servers in Java have in common: limits that are the same for each, and how they
 * start and end.
 */
final class Echo {
  /** The most that a server reads before it writes. */
  static final int READ_SIZE = 4096;

  /** The same by TLS, whose records alone have up to 16 KiB. */
  static final int TLS_READ_SIZE = 65_536;

  /** The line that asks for the heap, and the word before the answer. */
  static final String HEAP = "HEAP";

  static final int BACKLOG = 1024;

  private Echo() {}

  static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /**
   * Tells the runner where the server listens, and from then on how much heap it uses when asked;
   * ends the process when the runner is gone.
   */
  static void ready(int port) {
    Thread.ofPlatform().daemon().name("runner's-questions").start(Echo::answerUntilEndOfInput);
    System.out.println("READY " + port);
  }

  private static void answerUntilEndOfInput() {
    try (var questions = new BufferedReader(new InputStreamReader(System.in))) {
      for (var line = questions.readLine(); line != null; line = questions.readLine()) {
        if (line.equals(HEAP)) {
          System.out.println(HEAP + ' ' + heapAfterCollection());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  /**
   * Collects twice, since what cleaners let go in the first collection is garbage in the second.
   * What the collection has left is asked for, not what is in use now: that includes the megabytes
   * which a thread has reserved for its next objects.
   */
  private static long heapAfterCollection() {
    var pools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .toList();
    System.gc();
    System.gc();
    return pools.stream().mapToLong(pool -> pool.getCollectionUsage().getUsed()).sum();
  }
}
