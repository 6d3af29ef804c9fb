// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import whirlwind.stream.StreamLimits;

class ConnectOptionsTest {
  private final ConnectOptions defaults = ConnectOptions.defaults();

  @Test
  void theDefaultsAreThoseOfTheRfc() {
    assertThat(defaults)
        .isEqualTo(
            new ConnectOptions(
                null, null, Duration.ofMillis(250), 1, StreamLimits.defaults(), null));
  }

  @Test
  void theyAreReplacedOneByOne() {
    var local = new InetSocketAddress("127.0.0.1", 0);
    var limits = StreamLimits.defaults().withReadChunkSize(10);
    assertThat(
            defaults
                .withTimeout(Duration.ofSeconds(5))
                .withLocalAddress(local)
                .withAttemptDelay(Duration.ofMillis(100))
                .withFirstFamilyCount(2)
                .withLimits(limits))
        .isEqualTo(
            new ConnectOptions(
                Duration.ofSeconds(5), local, Duration.ofMillis(100), 2, limits, null));
  }

  @Test
  void theDelayIsFrom10MillisecondsTo2Seconds() {
    for (var good : new Duration[] {Duration.ofMillis(10), Duration.ofSeconds(2)}) {
      assertThat(defaults.withAttemptDelay(good).attemptDelay()).isEqualTo(good);
    }
    for (var bad : new Duration[] {Duration.ofMillis(10), Duration.ofSeconds(-2)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> defaults.withAttemptDelay(bad.minusNanos(1)))
          .withMessageStartingWith("attemptDelay: wanted 10 ms to 2 s, got ");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withAttemptDelay(Duration.ofSeconds(2).plusNanos(1)));
  }

  @Test
  void badValuesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withFirstFamilyCount(0))
        .withMessage("firstFamilyCount: wanted at least 1, got 0");
    var unresolved = InetSocketAddress.createUnresolved("example.org", 1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withLocalAddress(unresolved))
        .withMessageStartingWith("localAddress: wanted a resolved one, got ");
    assertThatNullPointerException().isThrownBy(() -> defaults.withLimits(null));
    assertThatNullPointerException().isThrownBy(() -> defaults.withAttemptDelay(null));
  }
}
