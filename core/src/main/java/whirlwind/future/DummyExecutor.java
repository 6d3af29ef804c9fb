// SPDX-License-Identifier: Apache-2.0
package whirlwind.future;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * An executor that runs each job in the caller before {@code submit} returns, for tests and for
 * jobs known to be short. What a submitted job throws is captured in its future, except what the
 * JVM itself throws because it can hardly go on. Shutting it down does nothing.
 */
public final class DummyExecutor extends AbstractExecutorService {

  /** One is as good as another. */
  public DummyExecutor() {}

  @Override
  public void execute(Runnable job) {
    job.run();
    if (job instanceof java.util.concurrent.Future<?> future
        && future.state() == java.util.concurrent.Future.State.FAILED
        && future.exceptionNow() instanceof VirtualMachineError fatal) {
      throw fatal;
    }
  }

  @Override
  public void shutdown() {}

  /** Nothing: the JDK's own would wait for a termination that never comes. */
  @Override
  public void close() {}

  @Override
  public List<Runnable> shutdownNow() {
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
