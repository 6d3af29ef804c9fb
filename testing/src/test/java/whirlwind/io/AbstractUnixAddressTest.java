// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AbstractUnixAddressTest {

  @Test
  void itIsPrintedAsTheToolsDo() {
    assertThat(AbstractUnixAddress.of("my app")).hasToString("@my app");
    assertThat(AbstractUnixAddress.of(new byte[] {'a', 0, '\\', (byte) 0xfe}))
        .hasToString("@a\\x00\\x5c\\xfe");
  }

  @Test
  void namesAreComparedByAllTheirBytes() {
    var name = AbstractUnixAddress.of("ü");
    assertThat(name)
        .isEqualTo(AbstractUnixAddress.of("ü".getBytes(StandardCharsets.UTF_8)))
        .hasSameHashCodeAs(AbstractUnixAddress.of("ü"))
        .isNotEqualTo(AbstractUnixAddress.of("ü\0"));
  }

  @Test
  void itsBytesAreItsOwn() {
    byte[] bytes = {'a'};
    var name = AbstractUnixAddress.of(bytes);
    bytes[0] = 'b';
    name.name()[0] = 'c';
    assertThat(name.name()).containsExactly('a');
  }

  @Test
  void aNameHasOneTo107Bytes() {
    assertThat(AbstractUnixAddress.of("x".repeat(107)).name()).hasSize(107);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AbstractUnixAddress.of("ü".repeat(54)))
        .withMessage("abstract name: wanted 1 to 107 bytes, got 108");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AbstractUnixAddress.of(""))
        .withMessage("abstract name: wanted 1 to 107 bytes, got 0");
  }
}
