// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.PollKey;
import whirlwind.io.PollSource;
import whirlwind.io.Poller;

/**
 * The handlers that users registered for descriptors and channels of their own. The poller's call
 * only queues; the handler itself runs right after the poll, in a runner.
 */
final class Handlers {
  private static final int FIRST_SWEEP = 64;

  private final IOLoop loop;
  private final Poller poller;
  private final RunQueue queue;
  private final Map<PollSource, Registration> registrations = new LinkedHashMap<>();
  private int sweepAt = FIRST_SWEEP;

  Handlers(IOLoop loop, Poller poller, RunQueue queue) {
    this.loop = loop;
    this.poller = poller;
    this.queue = queue;
  }

  void add(PollSource source, int events, IntConsumer call, Object handler) {
    Interest.check(events);
    if (registrations.containsKey(source)) {
      throw new IllegalStateException(
          "wanted a source without a handler, got "
              + source
              + ": use updateHandler or removeHandler");
    }
    var registration = new Registration(source, events, call, handler);
    try {
      registration.key = poller.register(source, events, registration::ready);
    } catch (IOException failure) {
      throw new UncheckedIOException("no handler can be added for " + source, failure);
    }
    registrations.put(source, registration);
    if (registrations.size() >= sweepAt) {
      forgetClosedChannels();
    }
  }

  /**
   * Channels that were closed and never removed: now and then, so that it costs little per handler.
   */
  private void forgetClosedChannels() {
    registrations.values().removeIf(Registration::isClosed);
    sweepAt = Math.max(FIRST_SWEEP, 2 * registrations.size());
  }

  void update(PollSource source, int events) {
    Interest.check(events);
    var registration = registrations.get(source);
    if (registration == null) {
      throw new IllegalStateException("wanted a source with a handler, got " + source);
    }
    registration.update(events);
  }

  void remove(PollSource source) {
    var registration = registrations.remove(source);
    if (registration != null) {
      registration.cancel();
    }
  }

  /** Removes all handlers and, if asked, closes what they were for. */
  void close(boolean closeSources) {
    // A copy, for close() of a source may remove its handler.
    for (var registration : List.copyOf(registrations.values())) {
      registration.cancel();
      if (closeSources) {
        close(registration.source);
      }
    }
    registrations.clear();
  }

  private void close(PollSource source) {
    try {
      switch (source) {
        case PollSource.Channel(var channel) -> channel.close();
        case PollSource.Descriptor(int fd) -> loop.io().provider().adopt(poller, fd).close();
      }
    } catch (IOException _) {
      // The loop is going away; nobody is left to be told.
    }
  }

  /** One source and its handler. */
  private final class Registration {
    final PollSource source;
    private final IntConsumer call;
    private final Object handler;
    private int events;
    private int pending;
    private boolean calling;
    private boolean cancelled;
    @Nullable PollKey key;

    Registration(PollSource source, int events, IntConsumer call, Object handler) {
      this.source = source;
      this.events = events;
      this.call = call;
      this.handler = handler;
    }

    /** On the bare thread: only queues. */
    void ready(int readyEvents) {
      if (pending == 0 && !calling) {
        queue.addToBatch((Runnable) this::callHandler);
      }
      pending |= readyEvents;
      if (calling) {
        // Readiness is level-triggered: while a handler is suspended it would be reported for ever.
        key().interest(Interest.NONE);
      }
    }

    private void callHandler() {
      int readyEvents = pending & (events | Interest.ERROR);
      pending = 0;
      if (cancelled || readyEvents == 0) {
        return;
      }
      calling = true;
      try {
        call.accept(readyEvents);
      } catch (Throwable failure) {
        loop.callbackFailed(handler, failure);
      } finally {
        calling = false;
        pending = 0;
        if (!cancelled) {
          listenAgain();
        }
      }
    }

    private void listenAgain() {
      if (isClosed()) {
        registrations.remove(source);
        cancel();
      } else {
        key().interest(events);
      }
    }

    boolean isClosed() {
      return source instanceof PollSource.Channel(SelectableChannel channel) && !channel.isOpen();
    }

    void update(int wanted) {
      events = wanted;
      if (!calling) {
        key().interest(wanted);
      }
    }

    void cancel() {
      cancelled = true;
      key().cancel();
    }

    private PollKey key() {
      return Objects.requireNonNull(key, "registered");
    }
  }
}
