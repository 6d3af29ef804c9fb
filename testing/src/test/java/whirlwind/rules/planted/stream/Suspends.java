// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules.planted.stream;

import whirlwind.rules.planted.coroutine.Coroutine;

/** Suspends by itself, in both ways that Java has. */
final class Suspends {
  private final Coroutine coroutine = new Coroutine();

  void directly() {
    coroutine.suspend();
  }

  Runnable byMethodReference() {
    return coroutine::suspend;
  }
}
