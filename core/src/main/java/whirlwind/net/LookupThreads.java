// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The few threads on which all resolvers of the process look names up. Platform threads: the JDK's
 * look-up is native code that keeps a virtual thread on its carrier, which may be the loop itself.
 * They end when there has been nothing to do for a while, and with the process.
 */
final class LookupThreads {
  static final int MOST = 8;
  private static final long IDLE_SECONDS = 30;

  private static final Executor POOL = pool();

  private LookupThreads() {}

  private static Executor pool() {
    var threads =
        Thread.ofPlatform()
            .daemon()
            .name("whirlwind-lookup-", 0)
            .inheritInheritableThreadLocals(false) // whoever asks first must not be kept
            .factory();
    var pool =
        new ThreadPoolExecutor(
            MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  static Executor shared() {
    return POOL;
  }
}
