// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Tag;
import whirlwind.testing.LoopTest;

class BoundedSemaphoreTest {

  @LoopTest
  @Tag("SEM-4")
  void aReleaseTooManyFailsAndChangesNothing() {
    var semaphore = new BoundedSemaphore();
    assertThatIllegalStateException()
        .isThrownBy(semaphore::release)
        .withMessage(
            "BoundedSemaphore[1 free, 0 waiting]: wanted no more releases than acquires, got one"
                + " more");
    semaphore.acquire().await().close();

    assertThatIllegalStateException().isThrownBy(semaphore::release);
    assertThat(semaphore).hasToString("BoundedSemaphore[1 free, 0 waiting]");
    assertThat(semaphore.acquire().isDone()).isTrue();
    assertThat(semaphore.acquire().isDone()).isFalse();
  }

  @LoopTest
  @Tag("SEM-4")
  void aReleaseForOneWhoWaitsIsAlwaysLegal() {
    var semaphore = new BoundedSemaphore(0);
    assertThatIllegalStateException().isThrownBy(semaphore::release);
    var waits = semaphore.acquire();
    semaphore.release();

    assertThat(waits.isDone()).isTrue();
    assertThatIllegalStateException().isThrownBy(semaphore::release);
  }
}
