// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

/**
 * What a loop knows of its last poll, and whether it is time for the next one.
 *
 * <p>A poll is a system call, which costs as much as ten switches between coroutines. One that has
 * just found nothing is not repeated at once while callbacks and coroutines keep the loop busy; one
 * that found something is. Under a clock that a test moves each turn polls, so that the test sees
 * it whole.
 */
final class PollPacer {
  /** For how long a poll that found nothing is not repeated. */
  private static final long VAIN_NANOS = 50_000;

  /** How many turns follow a quick one before the clock is read again, which costs 25 ns. */
  private static final int QUICK_TURNS = 7;

  private final IOLoop loop;
  private final RunQueue queue;
  private final boolean clockJumps;
  private boolean inVain;
  private long polledInSlice;
  private long polledNanos;
  private long turnNanos;
  private int quickTurns;

  PollPacer(IOLoop loop, RunQueue queue) {
    this.loop = loop;
    this.queue = queue;
    this.clockJumps = loop.clock() != Clock.system();
  }

  /** The loop starts: it has not polled yet. */
  void begin() {
    inVain = false;
    turnNanos = loop.nowNanos();
  }

  /** A poll begins. */
  void polling() {
    polledInSlice = queue.slice();
  }

  /** The poll has brought so many events. */
  void polled(int events) {
    inVain = events == 0;
    turnNanos = loop.nowNanos();
    polledNanos = turnNanos;
    quickTurns = 0;
  }

  /** Whether a busy loop polls in this turn. Asked once a turn, or once more when it does. */
  boolean isDue() {
    if (clockJumps || !inVain) {
      return true;
    }
    if (quickTurns > 0) {
      quickTurns--;
      return false;
    }
    turnNanos = loop.nowNanos();
    if (turnNanos - polledNanos >= VAIN_NANOS) {
      return true;
    }
    quickTurns = QUICK_TURNS;
    return false;
  }

  /**
   * Whether a loop that has nothing to do may sleep. A clock that jumps must not jump over I/O that
   * is ready but has not been looked at: before it is asked, a poll has found nothing, and nothing
   * has run since.
   */
  boolean maySleep() {
    return !clockJumps || inVain && polledInSlice == queue.slice();
  }

  /** When the turn began that is under way, as closely as it was noted. */
  long turnBeganNanos() {
    return turnNanos;
  }

  /** The time as last read here, at most a few quick turns ago; exact under a clock that jumps. */
  long turnNanos() {
    return clockJumps ? loop.nowNanos() : turnNanos;
  }
}
