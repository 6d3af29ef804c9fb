// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test that runs as a coroutine in an event loop of its own, so that it may await, for whoever
 * tests code that lives on one:
 *
 * <pre>{@code
 * @LoopTest
 * void aReadTimesOut(IOLoop loop, ManualClock clock) {
 *   var started = loop.time();
 *   assertThatThrownBy(() -> stream.readBytes(1, Duration.ofHours(1)).await())
 *       .isInstanceOf(TimeoutException.class);
 *   assertThat(loop.time()).isEqualTo(started + 3600);
 * }
 * }</pre>
 *
 * <p>Parameters, also of {@code @BeforeEach} and {@code @AfterEach} methods (which run while the
 * loop does not): {@link whirlwind.loop.IOLoop}, {@link LogRecorder}, and, under the manual clock,
 * {@link ManualClock}.
 *
 * <p>It fails, beside what the method itself finds wrong, when
 *
 * <ul>
 *   <li>it is not over within {@link #limitSeconds()} of real time; the message shows all tasks,
 *       what they await, and their stacks. The suite goes on even if the loop does not;
 *   <li>a task is left that has not ended: the message names the place that started it;
 *   <li>a stream or server is left open: the message names the place that opened it;
 *   <li>the loop's {@link whirlwind.loop.MemoryBudget} says that bytes are held although all is
 *       closed;
 *   <li>a line of level WARNING or above was logged that no {@link LogRecorder#expect} asked for.
 * </ul>
 *
 * <p>Whatever ends by itself within a few turns after the method, without waiting for time, is not
 * left.
 */
@SuppressWarnings("exports") // the extensions are ours: nobody names them but this
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith({LogRecorderExtension.class, LoopExtension.class})
@ResourceLock("whirlwind.log")
public @interface LoopTest {

  /** Which time a loop lives by. */
  enum Time {
    /** A {@link ManualClock} that advances by itself whenever the loop is idle. */
    MANUAL,
    /** The machine's: for what also happens outside of the loop. */
    SYSTEM
  }

  /** The clock of the loop. */
  Time clock() default Time.MANUAL;

  /** How many seconds of real time the test may take. */
  int limitSeconds() default 30;
}
