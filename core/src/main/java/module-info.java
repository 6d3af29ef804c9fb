// SPDX-License-Identifier: Apache-2.0

/**
 * The event loop, its futures and coroutines, byte streams, TCP and child processes.
 *
 * <p>Two packages stay inside: {@code whirlwind.coroutine}, because {@code await} is the only way
 * to suspend, and {@code whirlwind.buffer}, whose types lend memory that only its borrowers may
 * touch.
 */
module whirlwind.core {
  // Nullness annotations are read by compilers and tools, never at run time.
  requires static transitive org.jspecify;

  // Events for its recorder, which cost nothing while it does not record.
  requires jdk.jfr;

  // Only there are the holders of locks told, for the report on a loop that is blocked on one.
  requires static java.management;

  /** The kernel boundary: what a poller, a transport and a provider owe to the loop. */
  exports whirlwind.io;

  /** One result, later: what every operation returns and every coroutine awaits. */
  exports whirlwind.future;

  /** What runs, and when, on the one thread: the loop, its timers, tasks and clock. */
  exports whirlwind.loop;

  /** What a loop shows of itself: plain values, as text and as JSON. */
  exports whirlwind.diagnosis;

  /** Locks, events, semaphores and queues: how coroutines wait for each other. */
  exports whirlwind.sync;

  /** TLS over any transport: what a client or a server asks for. */
  exports whirlwind.tls;

  /** The byte stream that an application reads from and writes to. */
  exports whirlwind.stream;

  /** TCP to and from the world. */
  exports whirlwind.net;

  /** Child processes, whose standard streams are streams of the loop. */
  exports whirlwind.process;

  // Pollers are found, not named: a native one adds itself by being there.
  uses whirlwind.io.IoProvider;

  provides whirlwind.io.IoProvider with
      whirlwind.io.NioProvider;
}
