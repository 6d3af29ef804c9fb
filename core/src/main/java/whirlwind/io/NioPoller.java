// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A poller over one {@link Selector}. Takes every selectable channel, no bare descriptors; its
 * resolution is one millisecond.
 *
 * <p>A selector has no bit for errors and hang-ups: it reports them as readiness for everything
 * that is wanted. So {@link Interest#ERROR} never comes from here (a transport adds it), and who
 * asks for ERROR alone is told nothing.
 *
 * <p>READ is a read or an accept, WRITE a write or the end of a connection attempt, whichever the
 * channel knows. No state is needed to tell a connecting socket from a connected one: the JDK
 * reports OP_CONNECT only while an attempt is pending and OP_WRITE only when it is over.
 */
final class NioPoller implements Poller {

  private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
  private static final int WRITE_OPS = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

  private final Selector selector = Selector.open();

  /** Transports and listeners that die with the poller. */
  private final Set<Closeable> owned = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * Events delivered by one poll: so few that what belongs to their connections is still in the
   * processor's cache when the loop, right after, runs whoever waited for them.
   */
  private static final int BATCH = 64;

  /**
   * What the last select collected: the first {@code collected} of two parallel arrays, of which
   * the first {@code delivered} are done.
   */
  private @Nullable Key[] keys = new @Nullable Key[BATCH];

  private int[] readyOps = new int[keys.length];
  private int collected;
  private int delivered;
  private final Consumer<SelectionKey> collector = this::collect;

  NioPoller() throws IOException {}

  @Override
  public PollKey register(PollSource source, int events, ReadyHandler handler) throws IOException {
    Interest.check(events);
    return switch (source) {
      case PollSource.Channel(var channel) -> register(channel, events, handler);
      case PollSource.Descriptor(int fd) ->
          throw new IllegalArgumentException(
              "file descriptor "
                  + fd
                  + ": the nio poller takes selectable channels only;"
                  + " descriptors need the epoll or io_uring poller");
    };
  }

  private PollKey register(SelectableChannel channel, int events, ReadyHandler handler)
      throws IOException {
    if (!selector.isOpen()) {
      throw new IllegalStateException("poller: wanted an open one, got one that is closed");
    }
    SelectionKey present = channel.keyFor(selector);
    if (present != null && present.isValid()) {
      throw new IllegalStateException(channel + " is registered already");
    }
    if (present != null) {
      flushCancelled();
    }
    channel.configureBlocking(false);
    var key = new Key(handler, events);
    // the ops go in last: they need the channel's valid ones, which the selection key knows
    key.attachTo(channel.register(selector, 0, key));
    return key;
  }

  /**
   * Lets the selector forget its cancelled keys now, which it otherwise does in the next poll. Only
   * then can a channel be registered again, and only then is the descriptor of a closed one closed.
   */
  void flushCancelled() throws IOException {
    selector.selectNow(_ -> {});
    selector.wakeup(); // the line above swallows a wakeup that came before it
  }

  /** Makes {@link #close} close this too. */
  void own(Closeable resource) {
    owned.add(resource);
  }

  /** The resource has been closed by itself. */
  void disown(Closeable resource) {
    owned.remove(resource);
  }

  @Override
  public int poll(long timeoutNanos) throws IOException {
    if (delivered == collected) {
      select(timeoutNanos);
    }
    return deliver();
  }

  private void select(long timeoutNanos) throws IOException {
    collected = 0;
    delivered = 0;
    try {
      if (timeoutNanos == 0) {
        selector.selectNow(collector);
      } else {
        selector.select(collector, selectMillis(timeoutNanos));
      }
    } catch (ClosedSelectorException closed) {
      throw new IOException("poll: wanted an open selector, got one that is closed", closed);
    }
  }

  /** What {@link Selector#select(Consumer, long)} takes: 0 for ever, else milliseconds. */
  static long selectMillis(long timeoutNanos) {
    if (timeoutNanos < 0) {
      return 0;
    }
    long nanosPerMilli = TimeUnit.MILLISECONDS.toNanos(1);
    return Math.min((timeoutNanos - 1) / nanosPerMilli + 1, Integer.MAX_VALUE);
  }

  /** Runs inside select, with the selector's monitors held: nothing but collecting. */
  private void collect(SelectionKey selected) {
    if (collected == keys.length) {
      keys = Arrays.copyOf(keys, 2 * collected);
      readyOps = Arrays.copyOf(readyOps, 2 * collected);
    }
    keys[collected] = (Key) selected.attachment();
    readyOps[collected++] = selected.readyOps();
  }

  /** Handlers may cancel, change and add registrations; what they made stale is dropped. */
  private int deliver() {
    int calls = 0;
    int end = Math.min(collected, delivered + BATCH);
    while (delivered < end) {
      Key key = keys[delivered];
      keys[delivered] = null;
      int events = toEvents(readyOps[delivered++]);
      if (key != null && key.deliver(events)) {
        calls++;
      }
    }
    return calls;
  }

  private static int toEvents(int ops) {
    return ((ops & READ_OPS) != 0 ? Interest.READ : Interest.NONE)
        | ((ops & WRITE_OPS) != 0 ? Interest.WRITE : Interest.NONE);
  }

  private static int toOps(int events, int validOps) {
    int ops =
        ((events & Interest.READ) != 0 ? READ_OPS : 0)
            | ((events & Interest.WRITE) != 0 ? WRITE_OPS : 0);
    return ops & validOps;
  }

  @Override
  public void wakeup() {
    selector.wakeup();
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (Closeable resource : List.copyOf(owned)) {
      failure = closeQuietly(resource, failure);
    }
    failure = closeQuietly(selector, failure);
    if (failure != null) {
      throw failure;
    }
  }

  /** Closes one of several, all of which must be closed; the first failure carries the others. */
  private static @Nullable IOException closeQuietly(
      Closeable resource, @Nullable IOException earlier) {
    try {
      resource.close();
      return earlier;
    } catch (IOException failure) {
      if (earlier == null) {
        return failure;
      }
      earlier.addSuppressed(failure);
      return earlier;
    }
  }

  /** A registration; a channel that is registered again gets another one, so none goes stale. */
  private static final class Key implements PollKey {
    private final ReadyHandler handler;
    private int wanted;
    private @Nullable SelectionKey selection;

    Key(ReadyHandler handler, int wanted) {
      this.handler = handler;
      this.wanted = wanted;
    }

    void attachTo(SelectionKey selection) {
      this.selection = selection;
      selection.interestOps(toOps(wanted, selection.channel().validOps()));
    }

    @Override
    public void interest(int mask) {
      Interest.check(mask);
      if (selection == null || !selection.isValid()) {
        throw new IllegalStateException(
            "interest "
                + Interest.toString(mask)
                + ": wanted a live registration, got one that was cancelled or whose channel"
                + " was closed");
      }
      if (mask != wanted) {
        wanted = mask;
        selection.interestOps(toOps(mask, selection.channel().validOps()));
      }
    }

    @Override
    public void cancel() {
      if (selection != null) {
        selection.cancel();
        selection = null;
      }
    }

    /** Calls the handler unless the event has become stale since it was collected. */
    boolean deliver(int events) {
      int current = events & wanted;
      if (current == Interest.NONE || selection == null || !selection.isValid()) {
        return false;
      }
      handler.ready(current);
      return true;
    }
  }
}
