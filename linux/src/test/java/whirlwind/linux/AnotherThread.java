// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.util.concurrent.Executors;

/** A thread that is not the loop's, for a moment. */
final class AnotherThread {
  private AnotherThread() {}

  /** What is done there. */
  interface Action {
    void run() throws Exception;
  }

  /** Returns when it is done, or throws what it has thrown. */
  static void run(Action action) throws Exception {
    try (var other = Executors.newSingleThreadExecutor()) {
      other
          .submit(
              () -> {
                action.run();
                return true;
              })
          .get();
    }
  }
}
