// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is said of a thread that does not go on. */
class ObstacleTest {
  private static final StackTraceElement[] NOWHERE = {};

  private static StackTraceElement frame(String className, String method) {
    return new StackTraceElement(className, method, "Any.java", 1);
  }

  @Test
  @Tag("DIA-9")
  void aThreadThatWaitsForALockIsNamedWithWhoHoldsIt() throws InterruptedException {
    var lock = new ReentrantLock();
    lock.lock();
    var waiter = Thread.ofPlatform().name("the loop").start(lock::lock);
    try {
      while (!lock.hasQueuedThread(waiter) || waiter.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(Obstacle.of(waiter, NOWHERE, 3))
          .startsWith(" \"the loop\" is WAITING, on java.util.concurrent.locks.ReentrantLock")
          .contains("which is held by \"" + Thread.currentThread().getName() + "\"")
          .endsWith("while 3 callbacks and coroutines are ready.");
    } finally {
      lock.unlock();
      waiter.join();
    }
  }

  @Test
  @Tag("DIA-9")
  void aCallThatBlocksWhoeverMakesItIsNamed() {
    var lookup =
        new StackTraceElement[] {
          frame("java.net.Inet6AddressImpl", "lookupAllHostAddr"), frame("app.Main", "connect")
        };
    assertThat(Obstacle.of(Thread.currentThread(), lookup, 0))
        .isEqualTo(" It looks up a host name; use a Resolver.");
  }

  @Test
  @Tag("DIA-9")
  void ofAThreadThatIsAtWorkThereIsNothingToSay() {
    assertThat(Obstacle.of(Thread.currentThread(), NOWHERE, 0)).isEmpty();
  }
}
