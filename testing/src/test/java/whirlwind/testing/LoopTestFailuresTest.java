// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;

/** What {@link LoopTest} fails a test for, each by a test of {@link Planted} run through JUnit. */
class LoopTestFailuresTest {
  private static final System.Logger LOG = System.getLogger("whirlwind.testing.own");

  /** Each has the fault that it is named after. Run by the tests of the outer class only. */
  static class Planted {
    @LoopTest
    void assertionFails() {
      assertThat(1).isEqualTo(2);
    }

    @LoopTest
    void assumptionFails() {
      Assumptions.assumeTrue(false);
    }

    @LoopTest
    void taskLeaks(IOLoop loop) {
      loop.spawn("forgotten", () -> Futures.sleep(Duration.ofHours(1)).await());
    }

    @LoopTest
    void resourceStaysOpen(IOLoop loop) {
      loop.io().opened("the stream");
    }

    @LoopTest
    void lineIsUnexpected() {
      LOG.log(Level.WARNING, "odd", new IllegalStateException("because"));
    }

    @LoopTest
    void futureFailsUnobserved(IOLoop loop) {
      new Promise<String>(loop).setException(new IllegalStateException("unseen"));
    }

    @LoopTest
    void expectedLineDoesNotCome(LogRecorder log) {
      LOG.log(Level.INFO, "something else");
      log.expect(Level.WARNING, "odd");
    }

    @Test
    @ExtendWith(LogRecorderExtension.class)
    void plainTestLogs(LogRecorder log) {
      LOG.log(Level.ERROR, "one");
      LOG.log(Level.ERROR, "two");
      log.expect(Level.ERROR, "one");
    }

    @LoopTest(limitSeconds = 1)
    void awaitsForEver(IOLoop loop) {
      loop.spawn("also there", () -> new Promise<String>().await());
      new Promise<String>().await();
    }

    @LoopTest(limitSeconds = 1)
    void blocksTheLoop() {
      while (!Thread.interrupted()) {
        LockSupport.parkNanos(1_000_000);
        Thread.onSpinWait();
      }
    }

    @LoopTest(limitSeconds = 1)
    void spinsForEver() {
      while (spin) {
        Thread.onSpinWait();
      }
    }

    static volatile boolean spin = true;
  }

  @Test
  void aFailingTestFailsAsIfThereWereNoLoop() {
    assertThat(failureOf("assertionFails")).hasMessageContaining("expected: 2");
    assertThat(run("assumptionFails").getStatus()).isEqualTo(Status.ABORTED);
  }

  @Test
  void aLeakedTaskIsNamedWithItsPlace() {
    assertThat(failureOf("taskLeaks"))
        .hasMessageContaining("taskLeaks: wanted nothing left behind")
        .hasMessageContaining("Task[forgotten")
        .hasMessageContaining("LoopTestFailuresTest$Planted.taskLeaks");
  }

  @Test
  void anOpenResourceIsNamedWithItsPlace() {
    assertThat(failureOf("resourceStaysOpen"))
        .hasMessageContaining("not closed: the stream")
        .hasMessageContaining("LoopTestFailuresTest$Planted.resourceStaysOpen");
  }

  @Test
  void anUnexpectedLineIsShownWithItsCause() {
    var failure = failureOf("lineIsUnexpected");
    assertThat(failure).hasMessageContaining("WARNING whirlwind.testing.own: odd");
    assertThat(failure.getSuppressed()).hasOnlyElementsOfType(IllegalStateException.class);
  }

  @Test
  void aFailureThatNobodyLookedAtIsAnUnexpectedLine() {
    assertThat(failureOf("futureFailsUnobserved")).hasMessageContaining("unseen");
  }

  @Test
  void anExpectedLineThatDoesNotComeFails() {
    assertThat(failureOf("expectedLineDoesNotCome"))
        .hasMessageContaining("wanted a line of level WARNING with /odd/")
        .hasMessageContaining("INFO whirlwind.testing.own: something else");
  }

  @Test
  void plainTestsFailForUnexpectedLinesToo() {
    assertThat(failureOf("plainTestLogs"))
        .hasMessageContaining("two")
        .hasMessageNotContaining("one");
  }

  @Test
  void aHangEndsWithADumpOfAllTasks() {
    assertThat(failureOf("awaitsForEver"))
        .hasMessageContaining("wanted an end within 1 s")
        .hasMessageContaining("main waits for Future[pending]")
        .hasMessageContaining("also there waits for Future[pending]")
        .hasMessageContaining("LoopTestFailuresTest$Planted.awaitsForEver");
  }

  @Test
  void aBlockedLoopIsInterruptedAndShown() {
    assertThat(failureOf("blocksTheLoop"))
        .hasMessageContaining("wanted an end within 1 s")
        .hasMessageContaining("LoopTestFailuresTest$Planted.blocksTheLoop");
  }

  @Test
  void aLoopThatObeysNothingIsLeftBehind() {
    try {
      assertThat(failureOf("spinsForEver"))
          .hasMessageContaining("STUCK: the loop does not answer")
          .hasMessageContaining("LoopTestFailuresTest$Planted.spinsForEver");
    } finally {
      Planted.spin = false;
    }
  }

  private static Throwable failureOf(String method) {
    var result = run(method);
    assertThat(result.getStatus()).isEqualTo(Status.FAILED);
    return result.getThrowable().orElseThrow();
  }

  private static TestExecutionResult run(String method) {
    var results = new ArrayList<TestExecutionResult>();
    var listener =
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest()) {
              results.add(result);
            }
          }
        };
    LauncherFactory.create().execute(request(method), listener);
    assertThat(results).hasSize(1);
    return results.getFirst();
  }

  private static LauncherDiscoveryRequest request(String method) {
    for (var candidate : Planted.class.getDeclaredMethods()) {
      if (candidate.getName().equals(method)) {
        return LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectMethod(Planted.class, candidate))
            .build();
      }
    }
    throw new AssertionError("wanted a planted test " + method + ", got none");
  }
}
