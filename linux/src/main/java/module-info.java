// SPDX-License-Identifier: Apache-2.0

/**
 * Pollers for Linux in plain Java: the kernel is called through the Foreign Function and Memory
 * API, without a line of C. Nothing is exported; the loop finds what is here by being told of it
 * below. It is a module of its own so that {@code --enable-native-access=whirlwind.linux} grants
 * the privilege to this code alone.
 */
module whirlwind.linux {
  // What a poller, a transport and a provider owe to the loop.
  requires whirlwind.core;
  requires static org.jspecify;

  provides whirlwind.io.IoProvider with
      whirlwind.linux.EpollProvider,
      whirlwind.linux.UringProvider;
}
