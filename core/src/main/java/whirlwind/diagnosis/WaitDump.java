// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one coroutine waits for.
 *
 * @param operation what was called, such as {@code Lock.acquire()}
 * @param on what it was called of, in its own words; null when of nothing
 * @param since when, in seconds of the loop's time; null when nobody has noted it
 * @param deadline when it gives up by itself, in the same seconds; null when never
 * @param heldBy the tasks that hold it, as far as that is known
 */
public record WaitDump(
    String operation,
    @Nullable String on,
    @Nullable Double since,
    @Nullable Double deadline,
    List<String> heldBy) {

  /** Takes a copy. */
  public WaitDump {
    heldBy = List.copyOf(heldBy);
  }

  /** In one line. */
  @Override
  public String toString() {
    return operation
        + (on == null ? "" : " of " + on)
        + (heldBy.isEmpty() ? "" : ", held by " + String.join(", ", heldBy))
        + (since == null ? "" : String.format(Locale.ROOT, ", since %.3f s", since))
        + (deadline == null ? "" : String.format(Locale.ROOT, ", until %.3f s", deadline));
  }
}
