// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

/**
 * Decides whether a loop that callbacks and coroutines keep busy asks its poller in this turn. A
 * poll is a system call, which costs as much as ten switches between coroutines; one that has just
 * found nothing need not be repeated at once. A poll that found something is, and so is each under
 * a clock that stands still, so that a test sees every turn whole.
 */
final class PollPacer {
  /** For how long a poll that found nothing is not repeated. */
  private static final long VAIN_NANOS = 50_000;

  /** How many turns follow a quick one before the clock is read again, which costs 25 ns. */
  private static final int QUICK_TURNS = 7;

  private final IOLoop loop;
  private final boolean always;
  private boolean inVain;
  private long polledNanos;
  private long turnNanos;
  private int quickTurns;

  PollPacer(IOLoop loop) {
    this.loop = loop;
    this.always = loop.clock() != Clock.system();
  }

  /** The loop starts: it has not polled yet. */
  void begin() {
    inVain = false;
    turnNanos = loop.nowNanos();
  }

  /** Whether it is time. Once a turn, and only if that is not about to sleep. */
  boolean isDue() {
    if (always || !inVain) {
      return true;
    }
    if (quickTurns > 0) {
      quickTurns--;
      return false;
    }
    turnNanos = loop.nowNanos();
    quickTurns = QUICK_TURNS;
    return turnNanos - polledNanos >= VAIN_NANOS;
  }

  /** A poll has brought so many events. */
  void polled(int events) {
    inVain = events == 0;
    turnNanos = loop.nowNanos();
    polledNanos = turnNanos;
    quickTurns = 0;
  }

  /** The time as last read here: at most a few quick turns ago. */
  long turnNanos() {
    return turnNanos;
  }
}
