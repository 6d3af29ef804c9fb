// SPDX-License-Identifier: Apache-2.0

/** A user's module. */
module consumer {
  requires whirlwind.core;
}
