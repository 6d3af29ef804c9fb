// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.io.UncheckedIOException;

/** A loop over a {@link SpinningPoller}, the code of its sleep being the real one. */
final class SleepingLoop {
  private final SpinningPoller poller = new SpinningPoller();
  final IOLoop loop =
      new IOLoop(
          LoopOptions.defaults()
              .withProvider(poller)
              .withMakeCurrent(MakeCurrent.NEVER)
              .withSlowCallbackThreshold(null));

  /** Runs the loop until it is stopped or overslept; returns which. */
  String run() {
    try {
      loop.start();
      return "stopped";
    } catch (UncheckedIOException lost) {
      return "overslept";
    }
  }

  /** Runs {@code caller}, the last one that could wake up the loop. */
  void from(Runnable caller) {
    caller.run();
    poller.abandon();
  }
}
