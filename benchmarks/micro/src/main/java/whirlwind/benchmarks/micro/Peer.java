// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.util.function.Supplier;

/** Who is measured inside a JVM. */
public enum Peer {
  /** This library. */
  WHIRLWIND("Whirlwind", WhirlwindOperations::new),
  /** Kotlin's coroutines in the event loop of {@code runBlocking}. */
  KOTLIN("Kotlin", KotlinOperations::new),
  /** The JDK's blocking classes between virtual threads that share one carrier. */
  VIRTUAL_THREADS("virtual threads", VirtualThreadOperations::new);

  private final String title;
  private final Supplier<Operations> operations;

  Peer(String title, Supplier<Operations> operations) {
    this.title = title;
    this.operations = operations;
  }

  String title() {
    return title;
  }

  Operations open() {
    return operations.get();
  }
}
