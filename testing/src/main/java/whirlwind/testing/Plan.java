// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import whirlwind.loop.Task;

/**
 * Where one {@link Trial} is cut short, and what has been seen of the places where it could be: the
 * turns of the loop that begin while the subject is in an await. A place is told by its number, for
 * a cut from outside, and by its time after the subject's start, for one by a timer; the clock
 * gives every turn a time of its own.
 */
final class Plan {
  static final int NEVER = -1;

  /** Longer than any trial. */
  private static final Duration FAR = Duration.ofDays(1_000);

  private final CancelEverywhere.Cut cut;
  private final int place;
  private final long nanosToPlace;
  private final List<Long> places = new ArrayList<>();

  private @Nullable Task<?> subject;
  private long start;
  private @Nullable Object awaitedThere;

  Plan(CancelEverywhere.Cut cut, int place, long nanosToPlace) {
    this.cut = cut;
    this.place = place;
    this.nanosToPlace = nanosToPlace;
  }

  void started(Task<?> subject, long now) {
    this.subject = subject;
    this.start = now;
  }

  /** A turn begins. On the loop's bare thread: what it does must only queue. */
  void turn(long now) {
    var task = subject;
    if (task == null || task.isDone()) {
      return;
    }
    var awaited = task.waitingFor();
    if (awaited == null) {
      return;
    }
    if (places.size() == place) {
      awaitedThere = awaited;
      if (cut == CancelEverywhere.Cut.CANCELLATION) {
        task.cancel();
      }
    }
    places.add(now - start);
  }

  /** Nanoseconds from the subject's start to each place. */
  List<Long> places() {
    return places;
  }

  Duration deadline() {
    return cut == CancelEverywhere.Cut.DEADLINE && place != NEVER
        ? Duration.ofNanos(nanosToPlace)
        : FAR;
  }

  /** What an operation that begins now is given. */
  @Nullable Duration timeout(long now) {
    return switch (cut) {
      case CANCELLATION, DEADLINE -> null;
      case TIMEOUT -> place == NEVER ? FAR : Duration.ofNanos(start + nanosToPlace - now);
    };
  }

  @Override
  public String toString() {
    var name = cut.name().toLowerCase(Locale.ROOT);
    return place == NEVER
        ? name + " nowhere"
        : name + " at place " + (place + 1) + (awaitedThere == null ? "" : ", " + awaitedThere);
  }
}
