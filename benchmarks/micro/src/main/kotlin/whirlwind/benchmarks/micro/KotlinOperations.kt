// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.yield

/** Kotlin's coroutines, in the event loop that `runBlocking` runs in the calling thread. */
internal class KotlinOperations : Operations {

  override fun lock(times: Int) = runBlocking { takeAndGive(Mutex(), times) }

  private suspend fun takeAndGive(lock: Mutex, times: Int) {
    for (i in 0 until times) {
      lock.withLock {}
    }
  }

  override fun lockContended(times: Int) = runBlocking {
    val lock = Mutex(locked = true)
    bothOnceReady({ takeAndGive(lock, times / 2) }, { lock.unlock() })
  }

  override fun semaphore(times: Int) = runBlocking { takeAndGive(Semaphore(1), times) }

  private suspend fun takeAndGive(semaphore: Semaphore, times: Int) {
    for (i in 0 until times) {
      semaphore.withPermit {}
    }
  }

  override fun semaphoreContended(times: Int) = runBlocking {
    val semaphore = Semaphore(1, acquiredPermits = 1)
    bothOnceReady({ takeAndGive(semaphore, times / 2) }, { semaphore.release() })
  }

  override fun queue(times: Int) = runBlocking { move(Channel(1_000), times) }

  override fun queueOfOne(times: Int) = runBlocking { move(Channel(1), times) }

  private suspend fun CoroutineScope.move(queue: Channel<Any>, times: Int) {
    val item = Any()
    val putter = launch {
      for (i in 0 until times) {
        queue.send(item)
      }
    }
    for (i in 0 until times) {
      queue.receive()
    }
    putter.join()
  }

  override fun switchOver(times: Int) = runBlocking {
    bothOnceReady({ giveWay(times / 2) }, {})
  }

  private suspend fun giveWay(times: Int) {
    for (i in 0 until times) {
      yield()
    }
  }

  override fun spawnAndJoin(times: Int) = runBlocking {
    for (i in 0 until times) {
      launch {}.join()
    }
  }

  override fun chainOfTen(times: Int) = runBlocking {
    for (i in 0 until times) {
      val first = CompletableDeferred<Int>()
      var last = first
      for (link in 1 until 10) {
        last = last.thenOneMore()
      }
      first.complete(0)
      last.await()
    }
  }

  /** Kotlin has no `thenApply`; this is the least that does the same. */
  private fun CompletableDeferred<Int>.thenOneMore(): CompletableDeferred<Int> {
    val next = CompletableDeferred<Int>()
    invokeOnCompletion { next.complete(getCompleted() + 1) }
    return next
  }

  /** Runs [work] in two coroutines, and [ready] when both wait for their turn. */
  private suspend fun CoroutineScope.bothOnceReady(work: suspend () -> Unit, ready: () -> Unit) {
    val one = launch { work() }
    val other = launch { work() }
    yield()
    ready()
    joinAll(one, other)
  }

  override fun close() {}
}
