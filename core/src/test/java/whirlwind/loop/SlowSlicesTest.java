// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.diagnosis.SlowSlice;

/** The book of what was slow. */
class SlowSlicesTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final SlowSlices slices = new SlowSlices();

  private static StackTraceElement[] at(String method) {
    return new StackTraceElement[] {
      new StackTraceElement("java.lang.String", "indexOf", "String.java", 1),
      new StackTraceElement("app.Main", method, "Main.java", 7),
      new StackTraceElement("whirlwind.loop.Task", "run", "Task.java", 9)
    };
  }

  @Test
  @Tag("DIA-8")
  void onePlaceIsReportedOnceInTenSecondsAndWithHowOftenItWasSeenMeanwhile() {
    assertThat(slices.begin(at("slow"), 100 * MILLI, 0)).isOne();
    assertThat(slices.begin(at("slow"), 100 * MILLI, SECOND)).isZero();
    assertThat(slices.begin(at("slow"), 100 * MILLI, 9 * SECOND)).isZero();
    assertThat(slices.begin(at("slow"), 100 * MILLI, 10 * SECOND)).isEqualTo(3);
    assertThat(slices.begin(at("slow"), 100 * MILLI, 11 * SECOND)).isZero();
  }

  @Test
  @Tag("DIA-8")
  void anotherPlaceIsReportedAtOnce() {
    assertThat(slices.begin(at("slow"), 100 * MILLI, 0)).isOne();
    assertThat(slices.begin(at("other"), 100 * MILLI, 0)).isOne();
  }

  @Test
  @Tag("DIA-8")
  void theSlowestComesFirstWithItsLongestTimeAndItsStack() {
    slices.begin(at("slow"), 100 * MILLI, 0);
    slices.begin(at("slower"), 100 * MILLI, 0);
    slices.goOn(at("slower"), 300 * MILLI);
    slices.goOn(at("slower"), 200 * MILLI);
    slices.begin(at("slow"), 50 * MILLI, SECOND);
    assertThat(slices.slowest())
        .extracting(SlowSlice::callSite)
        .containsExactly("app.Main.slower(Main.java:7)", "app.Main.slow(Main.java:7)");
    assertThat(slices.slowest().getFirst().longest()).hasMillis(300);
    assertThat(slices.slowest().getFirst().times()).isOne();
    assertThat(slices.slowest().getLast().times()).isEqualTo(2);
    assertThat(slices.slowest().getLast().longest()).hasMillis(100);
    assertThat(slices.slowest().getFirst().stack())
        .containsExactly("java.lang.String.indexOf(String.java:1)", "app.Main.slower(Main.java:7)");
  }

  @Test
  @Tag("DIA-8")
  void ofVeryManyPlacesTheQuickestAreForgotten() {
    for (int i = 1; i <= 1_000; i++) {
      slices.begin(at("slow" + i), i * MILLI, 0);
    }
    assertThat(slices.slowest()).hasSize(100);
    assertThat(slices.slowest().getFirst().longest()).hasMillis(1_000);
  }
}
