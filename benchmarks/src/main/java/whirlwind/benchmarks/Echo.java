// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What all echo servers in Java have in common: limits that are the same for each, and how they
 * start and end.
 */
final class Echo {
  /** The most that a server reads before it writes. */
  static final int READ_SIZE = 4096;

  static final int BACKLOG = 1024;

  private Echo() {}

  static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /** Tells the runner where the server listens, and ends the process when the runner is gone. */
  static void ready(int port) {
    Thread.ofPlatform().daemon().name("end-of-input").start(Echo::exitAtEndOfInput);
    System.out.println("READY " + port);
  }

  private static void exitAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is expected here but the end.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }
}
