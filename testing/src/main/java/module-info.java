// SPDX-License-Identifier: Apache-2.0

/** The test kit: time that a test moves, transports in memory, loops in JUnit, contract suites. */
module whirlwind.testing {
  // Its types appear in ours: a manual clock is a loop's clock, a memory transport a transport.
  requires transitive whirlwind.core;
  // The annotations and the extension are JUnit's own kinds.
  requires transitive org.junit.jupiter.api;
  // The contract suites assert with it; their users need not.
  requires org.assertj.core;
  // The log recorder listens where System.Logger ends up by default.
  requires java.logging;
  // The poller suite asks which monitors a thread holds.
  requires java.management;
  requires static transitive org.jspecify;

  /** What a test of loop code is written with. */
  exports whirlwind.testing;

  // JUnit calls the package-private tests of the contract suites.
  opens whirlwind.testing to
      org.junit.platform.commons;
}
