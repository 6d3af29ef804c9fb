// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Sees to it that loops run on platform threads: the JDK lets no virtual thread carry another. */
final class BareThread {
  private BareThread() {}

  /**
   * Runs {@code work} in the caller, or, if that is a virtual thread, for it in a thread of that
   * name.
   */
  static void run(String name, Runnable work) {
    if (!Thread.currentThread().isVirtual()) {
      work.run();
      return;
    }
    var failure = new AtomicReference<@Nullable Throwable>();
    var bare =
        Thread.ofPlatform()
            .name(name)
            .start(
                () -> {
                  try {
                    work.run();
                  } catch (Throwable thrown) {
                    failure.set(thrown);
                  }
                });
    joinPassingInterruptsOn(bare);
    switch (failure.get()) {
      case null -> {}
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      case Throwable other -> throw new CompletionException(other);
    }
  }

  private static void joinPassingInterruptsOn(Thread bare) {
    boolean interrupted = false;
    while (true) {
      try {
        bare.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true;
        bare.interrupt();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
