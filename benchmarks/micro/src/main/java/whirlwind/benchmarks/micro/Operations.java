// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

/**
 * What is measured, once for every peer. Each method does its operation {@code times} times on one
 * thread and returns when that is done; what it needs besides (a loop, a lock, a second coroutine)
 * it makes at its start, so that {@code times} has to be large.
 *
 * <p>Where two take turns, both wait in line before the first turn begins, and the lines are fair:
 * every single turn is then a switch, for all peers.
 */
interface Operations extends AutoCloseable {

  /** Takes and gives back a free lock. */
  void lock(int times) throws Exception;

  /** Takes and gives back a lock that the other of two always waits for. */
  void lockContended(int times) throws Exception;

  /** Takes and gives back a permit of a semaphore that has one. */
  void semaphore(int times) throws Exception;

  /** Takes and gives back the only permit, which the other of two always waits for. */
  void semaphoreContended(int times) throws Exception;

  /** Moves an item from one coroutine to another through a queue of 1,000. */
  void queue(int times) throws Exception;

  /** Moves an item from one coroutine to another through a queue of one. */
  void queueOfOne(int times) throws Exception;

  /** Lets the other of two run. */
  void switchOver(int times) throws Exception;

  /** Starts a coroutine that does nothing, and waits for its end. */
  void spawnAndJoin(int times) throws Exception;

  /** Completes the first of ten futures, each made from the one before, and waits for the last. */
  void chainOfTen(int times) throws Exception;

  @Override
  void close();
}
