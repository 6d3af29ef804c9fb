// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import whirlwind.io.ListenOptions;
import whirlwind.stream.StreamLimits;

class ServerOptionsTest {
  private final ServerOptions defaults = ServerOptions.defaults();

  @Test
  void socketFilesAreTheOwnersAlone() {
    assertThat(PosixFilePermissions.toString(defaults.socketFileMode())).isEqualTo("rw-------");
  }

  @Test
  void withChangesOneOption() {
    var limits = StreamLimits.defaults().withReadChunkSize(7);
    var listening = ListenOptions.defaults().withBacklog(7);
    var mode = PosixFilePermissions.fromString("rw-rw----");
    assertThat(
            defaults
                .withLimits(limits)
                .withListening(listening)
                .withMaxConnections(7, 3)
                .withSocketFileMode(mode))
        .isEqualTo(new ServerOptions(limits, listening, 7, 3, mode, null));
  }

  @Test
  void aLimitLetsConnectionsInAgainWhenATenthHasGone() {
    assertThat(defaults.withMaxConnections(1).resumeAt()).isZero();
    assertThat(defaults.withMaxConnections(9).resumeAt()).isEqualTo(8);
    assertThat(defaults.withMaxConnections(1000).resumeAt()).isEqualTo(900);
  }

  @Test
  void valuesThatCannotBeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withMaxConnections(0))
        .withMessage("maxConnections: wanted at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withMaxConnections(5, 5))
        .withMessageContainingAll("resumeAt: wanted 0 to 4", "got 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withMaxConnections(5, -1))
        .withMessageContaining("got -1");
    assertThatNullPointerException().isThrownBy(() -> defaults.withLimits(null));
  }

  @Test
  void theModeIsACopy() {
    var mode = PosixFilePermissions.fromString("rw-rw----");
    var options = defaults.withSocketFileMode(mode);
    mode.clear();
    assertThat(options.socketFileMode()).hasSize(4);
  }
}
