// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.time.Duration;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.loop.Timeout;

/** Ours: an {@link IOLoop} on the nio poller. */
final class WhirlwindLoop implements LoopOperations {
  private final IOLoop loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
  private final Thread thread = Thread.ofPlatform().start(loop::start);

  @Override
  public void submit(Runnable callback) {
    loop.addCallback(callback);
  }

  @Override
  public Object schedule(long delayNanos, Runnable callback) {
    return loop.addTimeout(Duration.ofNanos(delayNanos), callback);
  }

  @Override
  public void cancel(Object timer) {
    loop.removeTimeout((Timeout) timer);
  }

  @Override
  public void close() {
    loop.stop();
    try {
      thread.join();
    } catch (InterruptedException unexpected) {
      throw new AssertionError("nobody interrupts the benchmark", unexpected);
    }
    loop.close();
  }
}
