// SPDX-License-Identifier: Apache-2.0

/** The figures of loops as meters of Micrometer. */
// Micrometer has a name, but no descriptor yet.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module whirlwind.micrometer {
  requires transitive whirlwind.core;
  requires static org.jspecify;

  // The registry that meters are bound to is of its API.
  requires transitive micrometer.core;

  /** The binder. */
  exports whirlwind.micrometer;
}
