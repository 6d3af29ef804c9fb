// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a program's command line says about its loops. */
class LoopOptionsTest {

  @AfterEach
  void forgetTheProperty() {
    System.clearProperty(LoopOptions.SLOW_CALLBACK_PROPERTY);
  }

  @Test
  void thePropertyGivesLoopsAWatchdog() {
    System.setProperty(LoopOptions.SLOW_CALLBACK_PROPERTY, "PT0.5S");
    assertThat(LoopOptions.defaults().slowCallbackThreshold()).isEqualTo(Duration.ofMillis(500));
    System.clearProperty(LoopOptions.SLOW_CALLBACK_PROPERTY);
    assertThat(LoopOptions.defaults().slowCallbackThreshold()).isNull();
  }

  @Test
  void aPropertyThatIsNoDurationIsRefused() {
    System.setProperty(LoopOptions.SLOW_CALLBACK_PROPERTY, "soon");
    assertThatIllegalArgumentException()
        .isThrownBy(LoopOptions::defaults)
        .withMessage("whirlwind.slowCallbackThreshold: wanted a duration such as PT0.5S, got soon");
    System.setProperty(LoopOptions.SLOW_CALLBACK_PROPERTY, "PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(LoopOptions::defaults)
        .withMessageContaining("wanted more than zero or null");
  }
}
