// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ListenOptionsTest {

  @Test
  void withChangesOneOption() {
    var defaults = ListenOptions.defaults();
    assertThat(defaults.withBacklog(7)).isEqualTo(new ListenOptions(7, true, false));
    assertThat(defaults.withReuseAddress(false)).isEqualTo(new ListenOptions(1024, false, false));
    assertThat(defaults.withReusePort(true)).isEqualTo(new ListenOptions(1024, true, true));
  }

  @Test
  void aBacklogBelowOneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ListenOptions.defaults().withBacklog(0))
        .withMessage("backlog: wanted at least 1, got 0");
  }
}
