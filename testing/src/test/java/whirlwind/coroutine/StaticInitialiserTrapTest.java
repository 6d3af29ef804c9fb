// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;

/**
 * Trap 3: an await under a native frame cannot leave the loop's thread, and the loop stands still.
 * Guards the watchdog, which names such an await and makes it throw. On the baton carrier the loop
 * has a thread of its own, and the await simply works.
 */
class StaticInitialiserTrapTest {

  @Test
  void anAwaitInAStaticInitialiserIsFreedAndNamed() throws Exception {
    ChildJvm.runs(Program.class);
  }

  @Test
  void aSecondOneInTheSameInitialiserIsFreedToo() throws Exception {
    ChildJvm.runs(TwiceProgram.class);
  }

  @Test
  void anAwaitAfterALongCallbackIsNotMistakenForOne() throws Exception {
    ChildJvm.runs(BusyProgram.class);
  }

  private static void require(boolean condition, Object what) {
    if (!condition) {
      System.out.println("failed: " + what);
      Runtime.getRuntime().halt(2);
    }
  }

  static final class Program {
    static final class Awaiting {
      static {
        Futures.sleep(Duration.ofMillis(1)).await();
      }

      static void touch() {}
    }

    public static void main(String[] arguments) {
      var stacks = new ArrayList<StackTraceElement[]>();
      IOLoop.run(
          () -> {
            var loop = IOLoop.current();
            loop.slowCallbackThreshold(Duration.ofMillis(50), (_, _, stack) -> stacks.add(stack));
            if (loop.carrier().equals("baton")) {
              Awaiting.touch();
              return "";
            }
            try {
              Awaiting.touch();
              require(false, "wanted the await to throw");
            } catch (ExceptionInInitializerError error) {
              require(error.getCause() instanceof IllegalStateException, error.getCause());
            }
            require(
                Stream.of(stacks.getFirst())
                    .anyMatch(frame -> frame.getMethodName().equals("<clinit>")),
                "wanted a stack that names the initialiser");
            Futures.sleep(Duration.ofMillis(1)).await();
            return "";
          });
      System.out.println(ChildJvm.FINE);
    }
  }

  static final class TwiceProgram {
    static final class Awaiting {
      static {
        for (int i = 0; i < 2; i++) {
          try {
            Futures.sleep(Duration.ofMillis(1)).await();
          } catch (IllegalStateException freed) {
            System.out.println(freed.getMessage());
          }
        }
      }

      static void touch() {}
    }

    public static void main(String[] arguments) {
      IOLoop.run(
          () -> {
            IOLoop.current().slowCallbackThreshold(Duration.ofMillis(50), (_, _, _) -> {});
            Awaiting.touch();
            Futures.sleep(Duration.ofMillis(1)).await();
            return "";
          });
      System.out.println(ChildJvm.FINE);
    }
  }

  /**
   * The watchdog is held up in its report until the coroutine it reports waits in an ordinary
   * await.
   */
  static final class BusyProgram {
    public static void main(String[] arguments) {
      var reported = new CountDownLatch(1);
      var waiting = new CountDownLatch(1);
      IOLoop.run(
          () -> {
            var loop = IOLoop.current();
            var done = new Promise<String>();
            loop.slowCallbackThreshold(
                Duration.ofMillis(20),
                (_, _, _) -> {
                  reported.countDown();
                  awaitLatch(waiting);
                });
            while (reported.getCount() > 0) {
              Thread.onSpinWait();
            }
            loop.slowCallbackThreshold(null);
            loop.addCallback(waiting::countDown);
            loop.callLater(Duration.ofMillis(100), () -> done.setResult(""));
            return done.await();
          });
      System.out.println(ChildJvm.FINE);
    }

    private static void awaitLatch(CountDownLatch latch) {
      try {
        require(latch.await(10, TimeUnit.SECONDS), "wanted the loop to go on");
      } catch (InterruptedException failure) {
        throw new IllegalStateException(failure);
      }
    }
  }
}
