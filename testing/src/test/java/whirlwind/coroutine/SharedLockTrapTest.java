// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.io.Interest;
import whirlwind.loop.IOLoop;

/**
 * Trap 1: a lock that the bare loop thread wants and a suspended coroutine holds is never released.
 * Guards the rule that callbacks, timers and handlers run inside runner coroutines, never on the
 * bare thread. On the baton carrier a blocking call stops the loop by design, so it is no place for
 * this.
 */
class SharedLockTrapTest {

  private static void onLoopCarrier(Class<?> program) throws Exception {
    Assumptions.assumeTrue(
        Carrier.chosen().name().equals("loop"), "a blocking call stops the loop");
    ChildJvm.runs(program);
  }

  @Test
  void aReentrantLockHeldAcrossAnAwait() throws Exception {
    onLoopCarrier(LockProgram.class);
  }

  @Test
  void aMonitorHeldAcrossAnAwait() throws Exception {
    onLoopCarrier(MonitorProgram.class);
  }

  @Test
  void loggingFromCallbacksWhileACoroutineIsInsideTheLogger() throws Exception {
    onLoopCarrier(LoggingProgram.class);
  }

  /** Something that is done under a lock. */
  private interface Locking {
    void locked(Runnable body);
  }

  /** A coroutine holds the lock while a callback, a timer and a handler want it. */
  private static void run(Locking lock) {
    IOLoop.run(
        () -> {
          var loop = IOLoop.current();
          var held = new Promise<String>();
          var release = new Promise<String>();
          var holder =
              loop.spawn(
                  () -> {
                    lock.locked(
                        () -> {
                          held.setResult("");
                          release.await();
                        });
                    return "";
                  });
          held.await();
          var gotIt = new Promise<?>[] {new Promise<>(), new Promise<>(), new Promise<>()};
          loop.addCallback(() -> lock.locked(() -> gotIt[0].setResult(null)));
          loop.callLater(Duration.ZERO, () -> lock.locked(() -> gotIt[1].setResult(null)));
          var pipe = Pipe.open();
          pipe.source().configureBlocking(false);
          loop.addHandler(
              pipe.source(),
              Interest.READ,
              (_, _) -> {
                loop.removeHandler(pipe.source());
                lock.locked(() -> gotIt[2].setResult(null));
              });
          writeOne(pipe);
          Futures.sleep(Duration.ofMillis(20)).await(); // until all three want it
          release.setResult("");
          for (var promise : gotIt) {
            promise.await();
          }
          pipe.sink().close();
          pipe.source().close();
          return holder.await();
        });
    System.out.println(ChildJvm.FINE);
  }

  private static void writeOne(Pipe pipe) throws IOException {
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
  }

  static final class LockProgram {
    public static void main(String[] arguments) {
      var lock = new ReentrantLock();
      run(
          body -> {
            lock.lock();
            try {
              body.run();
            } finally {
              lock.unlock();
            }
          });
    }
  }

  static final class MonitorProgram {
    public static void main(String[] arguments) {
      var lock = new Object();
      run(
          body -> {
            synchronized (lock) {
              body.run();
            }
          });
    }
  }

  /**
   * The lock is a log handler's, taken by whoever logs: by user code, and by the loop for a
   * failure.
   */
  static final class LoggingProgram {
    public static void main(String[] arguments) {
      var lock = new ReentrantLock();
      var logger = Logger.getLogger("whirlwind.loop");
      logger.setUseParentHandlers(false);
      logger.addHandler(
          new Handler() {
            @Override
            public void publish(LogRecord entry) {
              lock.lock();
              lock.unlock();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
          });
      IOLoop.run(
          () -> {
            var loop = IOLoop.current();
            lock.lock();
            try {
              for (int i = 0; i < 3; i++) {
                loop.addCallback(
                    () -> {
                      throw new IllegalStateException("the loop logs this");
                    });
              }
              loop.callLater(Duration.ZERO, () -> logger.warning("a timer logs this"));
              Futures.sleep(Duration.ofMillis(20)).await();
            } finally {
              lock.unlock();
            }
            Futures.sleep(Duration.ofMillis(1)).await();
            return "";
          });
      System.out.println(ChildJvm.FINE);
    }
  }
}
