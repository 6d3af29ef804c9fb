// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that one loop's connections hold: received and not read, accepted and not sent,
 * encrypted or not decrypted. Whoever takes or returns such memory says so here; what it does
 * beyond the {@link MemoryLimit} of the loop follows.
 *
 * <p>Counted is memory, not content: arrays and blocks with the room that is in them. Not counted
 * are the few blocks that all share (see {@link BufferPool}), what an engine of TLS or the kernel
 * holds by itself, and what a closed stream still has for its reader.
 *
 * <p>Mechanics. Counting is an addition and a comparison. A holder that has got large, which is at
 * least {@link #GUARANTEED_BYTES} of content, is listed, until it has got small again: only these
 * are ever paused or closed. As the rest may always go on, no reader waits for memory that only
 * another one like it could return; for the large ones there is {@link MemoryLimit#patience}. The
 * paused go on one a turn and in their order, as the first may need all that there is.
 *
 * <p>The total may exceed the limit by what is counted at once: a chunk, or as much as a read
 * buffer holds when it doubles; and by what is guaranteed to each.
 *
 * <p><b>Threads:</b> the loop's; {@link #heldBytes} and {@link #isScarce} may be asked by any, and
 * are then a moment old.
 */
public final class MemoryBudget {
  /** What each stream may hold at any time, in bytes of content. */
  public static final int GUARANTEED_BYTES = 64 * 1024;

  private static final System.Logger LOG = System.getLogger("whirlwind.loop");
  private static final int MOST_HOLDERS_IN_REPORT = 10;

  /** Who is given up first; the broken ones all at once, as each has more to read, for nobody. */
  private static final Comparator<Holder> BROKEN_AND_LARGEST =
      Comparator.comparing(Holder::isBroken).thenComparingLong(Holder::heldBytes);

  /** Who holds much. */
  public interface Holder {
    /** How many bytes of memory it holds. */
    long heldBytes();

    /** Whether its connection is known to be broken, so that nobody waits for it to go on. */
    boolean isBroken();

    /** Reads on: it was {@link #pause paused}. */
    void goOn();

    /**
     * Returns all that it holds, as it holds most of {@code total} bytes, which are more than
     * {@code limit}.
     */
    void giveUp(long total, long limit);
  }

  private final IOLoop loop;
  private final @Nullable MemoryLimit limit;
  private final long most;
  private final long resumeAt;
  private final boolean pauses;
  private final Set<Holder> large = new LinkedHashSet<>();
  private final Set<Holder> paused = new LinkedHashSet<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private long held;
  private boolean scarce;
  private @Nullable Timeout patience;

  /** Whether a job is queued that tells of what has changed, and what it has told of last. */
  private boolean telling;

  private boolean toldScarce;

  /** Whether a job is queued that lets the next one go on. */
  private boolean resuming;

  MemoryBudget(IOLoop loop, @Nullable MemoryLimit limit) {
    this.loop = loop;
    this.limit = limit;
    this.most = limit == null ? Long.MAX_VALUE : limit.bytes();
    this.resumeAt = most - most / 4;
    this.pauses = limit != null && limit.beyond() == MemoryLimit.Beyond.PAUSE_READING;
  }

  // ---------------------------------------------------------------- what it is

  /** How many bytes are held. */
  public long heldBytes() {
    return held;
  }

  /** The limit; null means none. */
  public @Nullable MemoryLimit limit() {
    return limit;
  }

  /** Whether the limit was exceeded, and is not left behind yet. */
  public boolean isScarce() {
    return scarce;
  }

  /** Whether, for the time being, nobody may hold more than {@link #GUARANTEED_BYTES}. */
  public boolean holdsBack() {
    return scarce && pauses;
  }

  // ---------------------------------------------------------------- for those who hold it

  /** Counts bytes that were taken, or, less than zero, returned. */
  public void add(long bytes) {
    held += bytes;
    if (bytes > 0 ? held > most && !scarce : scarce && held <= resumeAt) {
      scarce = bytes > 0;
      changed();
    }
  }

  /** Notes one who holds much. */
  public void grewLarge(Holder holder) {
    large.add(holder);
  }

  /** Does not read on until {@link Holder#goOn}; it has grown large before. */
  public void pause(Holder holder) {
    paused.add(holder);
  }

  /** Forgets one who does not hold much any more; if it was paused, it goes on. */
  public void gotSmall(Holder holder) {
    large.remove(holder);
    if (paused.remove(holder)) {
      holder.goOn();
    }
  }

  /** Calls {@code listener}, in a coroutine, when {@link #isScarce} has changed. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Does not call {@code listener} any more. */
  public void removeListener(Runnable listener) {
    listeners.remove(listener);
  }

  // ---------------------------------------------------------------- what follows

  /** Often on the bare thread, in the middle of a stream's work: so all else is left to jobs. */
  private void changed() {
    if (patience != null) {
      patience.cancel();
      patience = null;
    }
    if (holdsBack() && limit != null) {
      patience = loop.addTimeout(limit.patience(), this::giveUpBrokenAndLargest);
    }
    if (!telling) {
      telling = true;
      loop.execute(this::tell);
    }
    resumeLater();
  }

  private void tell() {
    telling = false;
    if (scarce == toldScarce) {
      return;
    }
    toldScarce = scarce;
    if (scarce) {
      LOG.log(
          Level.WARNING,
          "the streams of {0} hold {1} bytes, more than the limit of {2}; new connections wait{3}"
              + " until {4} are left",
          loop,
          text(held),
          text(most),
          pauses ? ", and streams that hold much are not read from," : "",
          text(resumeAt));
    } else {
      LOG.log(
          Level.INFO,
          "the streams of {0} hold {1} bytes, no more than {2}; all goes on as usual",
          loop,
          text(held),
          text(resumeAt));
    }
    List.copyOf(listeners).forEach(Runnable::run);
  }

  private void resumeLater() {
    if (!resuming && !scarce && !paused.isEmpty()) {
      resuming = true;
      loop.execute(this::resumeFirst);
    }
  }

  private void resumeFirst() {
    resuming = false;
    if (!scarce && !paused.isEmpty()) {
      var first = paused.iterator().next();
      paused.remove(first);
      first.goOn();
      resumeLater();
    }
  }

  private void giveUpBrokenAndLargest() {
    long before = held;
    var closed = new ArrayList<String>();
    while (!large.isEmpty()) {
      var largest = large.stream().max(BROKEN_AND_LARGEST).orElseThrow();
      if (!scarce && !largest.isBroken()) {
        break;
      }
      closed.add(largest + " with " + text(largest.heldBytes()));
      largest.giveUp(held, most);
      gotSmall(largest); // whatever it has done
    }
    if (!closed.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "the streams of {0} still hold {1} bytes, more than the limit of {2}; closed are those"
              + " that are broken or hold most, {3}: {4}{5}",
          loop,
          text(before),
          text(most),
          closed.size(),
          String.join(", ", closed.subList(0, Math.min(closed.size(), MOST_HOLDERS_IN_REPORT))),
          closed.size() > MOST_HOLDERS_IN_REPORT ? ", …" : "");
    }
    if (scarce && limit != null) {
      patience = loop.addTimeout(limit.patience(), this::giveUpBrokenAndLargest);
    }
  }

  /** Without the separators of the log's language. */
  private static String text(long bytes) {
    return Long.toString(bytes);
  }

  @Override
  public String toString() {
    return "MemoryBudget[" + held + " bytes" + (limit == null ? "]" : " of " + most + "]");
  }
}
