// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Coroutine;
import whirlwind.io.IoProvider;

/**
 * Which loop is whose: the process-wide one, the current one of each thread, and what new ones are
 * made with.
 */
final class CurrentLoop {
  private static final ThreadLocal<@Nullable IOLoop> OF_THREAD = new ThreadLocal<>();

  private static @Nullable IOLoop instance;
  private static @Nullable IoProvider provider;
  private static @Nullable LoopOptions options;

  private CurrentLoop() {}

  /** Inside a coroutine the answer is its home; no thread-local could be right there. */
  static @Nullable IOLoop get() {
    var coroutine = Coroutine.current();
    if (coroutine != null && coroutine.home() instanceof IOLoop home) {
      return home;
    }
    var loop = OF_THREAD.get();
    // It may have been closed by another thread, which cannot reach our thread-local.
    return loop == null || loop.isClosed() ? null : loop;
  }

  static void set(@Nullable IOLoop loop) {
    var coroutine = Coroutine.current();
    if (coroutine != null && coroutine.home() != loop) {
      throw new IllegalStateException(
          "wanted a thread that no loop runs, got a coroutine of " + coroutine.home());
    }
    if (coroutine == null) {
      swap(loop);
    }
  }

  static @Nullable IOLoop swap(@Nullable IOLoop loop) {
    var before = OF_THREAD.get();
    if (loop == null) {
      OF_THREAD.remove();
    } else {
      OF_THREAD.set(loop);
    }
    return before;
  }

  static void checkMayBecomeCurrent(MakeCurrent rule) {
    if (rule == MakeCurrent.OR_FAIL && get() instanceof IOLoop other) {
      throw new IllegalStateException(
          "wanted a thread without a current loop, got one with " + other);
    }
  }

  static void constructed(IOLoop loop) {
    if (Coroutine.current() == null) {
      swap(loop);
    }
  }

  static synchronized void closed(IOLoop loop) {
    if (OF_THREAD.get() == loop) {
      OF_THREAD.remove();
    }
  }

  static synchronized IOLoop instance() {
    if (instance == null) {
      instance = new IOLoop(configured().withMakeCurrent(MakeCurrent.NEVER));
    }
    return instance;
  }

  static synchronized void clearInstance() {
    instance = null;
  }

  static synchronized void install(IOLoop loop) {
    if (instance != null && instance != loop) {
      throw new IllegalStateException(
          "wanted a process without a global loop, got one with "
              + instance
              + ": clearInstance() first");
    }
    instance = loop;
  }

  static synchronized void configure(
      @Nullable IoProvider newProvider, @Nullable LoopOptions defaults) {
    if (newProvider != null) {
      provider = newProvider;
    }
    if (defaults != null) {
      options = defaults;
    }
  }

  static synchronized LoopOptions configured() {
    return options == null ? LoopOptions.defaults() : options;
  }

  static synchronized IoProvider configuredProvider() {
    if (provider == null) {
      provider = IoProviders.named(System.getProperty(IOLoop.POLLER_PROPERTY, "auto"));
    }
    return provider;
  }
}
