// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.io.Incoming;
import whirlwind.loop.IOLoop;

/**
 * One loop of a crew, in a thread of its own, and its connections. The boss sends it jobs, which
 * run on the member's loop; the member answers with jobs for the boss's. After {@link #dismiss} the
 * boss sends nothing more: then the loop may close.
 */
final class CrewMember {
  private static final System.Logger LOG = System.getLogger("whirlwind.net");

  /** What handlers get whose streams have been closed under them, before their loop closes. */
  private static final Duration LAST_MOMENT = Duration.ofSeconds(1);

  private final Crew crew;
  private final IOLoop loop;
  private final Promise<@Nullable Void> dismissed;

  /** Connections that it was given and that have not ended; both loops count. */
  private final AtomicInteger load = new AtomicInteger();

  /** Made on the member's loop, before the boss sends anything; asked for its counts by both. */
  private volatile @Nullable Connections connections;

  /** Written on the member's loop. */
  private volatile boolean shortOfMemory;

  CrewMember(Crew crew, IOLoop loop) {
    this.crew = crew;
    this.loop = loop;
    this.dismissed = new Promise<>(loop);
  }

  // ---------------------------------------------------------------- its thread

  void start() {
    Thread.ofPlatform().daemon().name(loop.name()).start(this::run);
  }

  private void run() {
    Throwable failure = null;
    try (loop) {
      loop.runSync(this::serve);
    } catch (Throwable thrown) {
      failure = thrown;
    }
    var cause = failure;
    crew.tell(() -> crew.over(this, cause));
  }

  private @Nullable Void serve() {
    var own = crew.connectionsFor(loop, this::oneEnded);
    connections = own;
    loop.io().memory().onChange(this::memoryChanged);
    own.ended().onComplete(_ -> drain(own, Duration.ZERO, Duration.ZERO)); // only to report
    crew.tell(() -> crew.started(this));
    dismissed.await();
    try {
      return Futures.withTimeout(LAST_MOMENT, own.ended()).await();
    } catch (TimeoutException _) {
      return null; // the loop closes on them, and says so
    }
  }

  private void memoryChanged() {
    shortOfMemory = loop.io().memory().isScarce();
    crew.memoryChanged();
  }

  private void oneEnded() {
    load.decrementAndGet();
    crew.roomMade();
  }

  private Connections own() {
    var own = connections;
    if (own == null) {
      throw new IllegalStateException("wanted a member that has started, got " + loop);
    }
    return own;
  }

  // ---------------------------------------------------------------- what the boss sends

  /** On the boss's bare thread. */
  void serve(Incoming incoming) {
    load.incrementAndGet();
    loop.execute(() -> begin(incoming));
  }

  private void begin(Incoming incoming) {
    boolean begun = false;
    try {
      begun = own().begin(incoming.open(loop.io().poller()));
    } catch (IOException | RuntimeException failure) {
      LOG.log(Level.WARNING, "an accepted connection cannot be used", failure);
    }
    if (!begun) {
      oneEnded();
    }
  }

  void finish() {
    loop.execute(() -> own().finish());
  }

  void cancel() {
    loop.execute(() -> own().cancel());
  }

  void drain(Duration grace, Duration cleanUp) {
    loop.execute(() -> drain(own(), grace, cleanUp));
  }

  private void drain(Connections own, Duration grace, Duration cleanUp) {
    var report = own.drain(grace, cleanUp);
    report.onComplete(_ -> crew.tell(() -> crew.drained(this, report.result())));
  }

  void dismiss() {
    loop.execute(() -> dismissed.trySetResult(null));
  }

  // ---------------------------------------------------------------- any thread

  int load() {
    return load.get();
  }

  boolean isShortOfMemory() {
    return shortOfMemory;
  }

  /** Whether a new connection does better here: where there is memory, and then among fewer. */
  boolean isBetterThan(CrewMember other) {
    return shortOfMemory == other.shortOfMemory ? load() < other.load() : !shortOfMemory;
  }

  long unserved() {
    var own = connections;
    return own == null ? 0 : own.unserved();
  }

  void closeUnstarted() {
    loop.close();
  }
}
