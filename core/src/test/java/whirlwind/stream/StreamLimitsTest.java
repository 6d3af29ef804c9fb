// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.stream.StreamLimits.Overflow;

class StreamLimitsTest {
  private static final StreamLimits DEFAULTS = StreamLimits.defaults();

  @Test
  @Tag("STR-1")
  void defaultsAreLimitedInBothDirections() {
    assertThat(DEFAULTS).isEqualTo(new StreamLimits(100 << 20, 64 << 10, 1 << 20, Overflow.WAIT));
  }

  @Test
  @Tag("STR-1")
  void chunkIsAtMostHalfOfTheBuffer() {
    assertThat(new StreamLimits(100, 90, 1, Overflow.WAIT).readChunkSize()).isEqualTo(50);
    assertThat(new StreamLimits(100, 50, 1, Overflow.WAIT).readChunkSize()).isEqualTo(50);
    assertThat(new StreamLimits(100, 49, 1, Overflow.WAIT).readChunkSize()).isEqualTo(49);
    assertThat(DEFAULTS.withMaxBufferSize(10_240).readChunkSize()).isEqualTo(5_120);
  }

  @Test
  void smallestBufferStillHasAChunk() {
    assertThat(DEFAULTS.withMaxBufferSize(1).readChunkSize()).isEqualTo(1);
  }

  @Test
  void limitsBelowOneAreRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withMaxBufferSize(0))
        .withMessage("maxBufferSize must be from 1 to 2147483639 bytes, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withReadChunkSize(0))
        .withMessage("readChunkSize must be from 1 to 2147483647 bytes, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withMaxWriteBufferSize(-5))
        .withMessage("maxWriteBufferSize must be from 1 to 9223372036854775807 bytes, got -5");
  }

  @Test
  void bufferThatNoArrayCouldHoldIsRejected() {
    assertThat(DEFAULTS.withMaxBufferSize(2_147_483_639L).maxBufferSize())
        .isEqualTo(2_147_483_639L);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DEFAULTS.withMaxBufferSize(2_147_483_640L));
  }

  @Test
  void overflowIsRequired() {
    assertThatNullPointerException()
        .isThrownBy(() -> new StreamLimits(1, 1, 1, null))
        .withMessage("overflow");
  }

  @Test
  void eachLimitCanBeReplacedAlone() {
    var limits =
        DEFAULTS
            .withMaxBufferSize(1000)
            .withReadChunkSize(10)
            .withMaxWriteBufferSize(Long.MAX_VALUE)
            .withOverflow(Overflow.REFUSE);
    assertThat(limits).isEqualTo(new StreamLimits(1000, 10, Long.MAX_VALUE, Overflow.REFUSE));
  }
}
