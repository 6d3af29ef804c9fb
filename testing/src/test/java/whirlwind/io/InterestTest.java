// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class InterestTest {

  @Test
  @Tag("CON-1")
  void bitsHaveTheOriginalsValues() {
    assertThat(Interest.NONE).isZero();
    assertThat(Interest.READ).isEqualTo(1);
    assertThat(Interest.WRITE).isEqualTo(4);
    assertThat(Interest.ERROR).isEqualTo(8);
  }

  @Test
  @Tag("CON-1")
  void anyCombinationIsValid() {
    for (int read : new int[] {Interest.NONE, Interest.READ}) {
      for (int write : new int[] {Interest.NONE, Interest.WRITE}) {
        for (int error : new int[] {Interest.NONE, Interest.ERROR}) {
          assertThat(Interest.check(read | write | error)).isEqualTo(read | write | error);
        }
      }
    }
  }

  @Test
  void anotherBitIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Interest.check(Interest.READ | 2))
        .withMessageContaining("READ (0x1)")
        .withMessageContaining("0x3");
    assertThatIllegalArgumentException().isThrownBy(() -> Interest.check(-1));
  }

  @Test
  void masksHaveNames() {
    assertThat(Interest.toString(Interest.NONE)).isEqualTo("NONE");
    assertThat(Interest.toString(Interest.READ | Interest.WRITE)).isEqualTo("READ|WRITE");
    assertThat(Interest.toString(Interest.ERROR | 0x10)).isEqualTo("ERROR|0x10");
  }
}
