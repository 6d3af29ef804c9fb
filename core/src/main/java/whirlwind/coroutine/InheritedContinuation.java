// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

/**
 * The continuation of a thread that is no coroutine but was started inside one with the JDK's own
 * builders and so, in JDK 25, inherited its scheduler. It runs on the loop's thread between
 * coroutines; for the loop it is a foreign thread.
 */
record InheritedContinuation(Runnable continuation) implements Mountable {
  @Override
  public void run() {
    continuation.run();
  }
}
