// SPDX-License-Identifier: Apache-2.0

/**
 * Dumps and figures of loops by JMX. It is a module of its own because the JDK's management takes a
 * while to start, for which no program should pay that does not ask for it.
 */
module whirlwind.management {
  requires whirlwind.core;
  requires static org.jspecify;

  // The bean that the process offers is of its API.
  requires transitive java.management;

  // The command finds the process, and talks to it.
  requires java.management.rmi;
  requires jdk.attach;

  /** The bean, and the command that asks it. */
  exports whirlwind.management;
}
