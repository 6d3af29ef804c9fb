// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import whirlwind.future.Future;
import whirlwind.future.Promise;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.net.ConnectOptions;
import whirlwind.net.TCPClient;
import whirlwind.testing.LoopTest;

/** A look-up of a host that fails, and one that never answers. */
class ResolverFaultsTest {
  private static final ConnectOptions PATIENT =
      ConnectOptions.defaults().withTimeout(Duration.ofSeconds(5));

  @LoopTest
  void oneThatFailsFailsTheConnectWithItsCause(IOLoop loop) {
    var cause = new UncheckedIOException(new UnknownHostException("nowhere.invalid"));
    var lookup = new Promise<List<InetSocketAddress>>(loop);
    lookup.setException(cause);
    var connect = new TCPClient((_, _, _) -> lookup).connect("nowhere.invalid", 80, PATIENT);
    assertThatThrownBy(connect::await).hasRootCauseMessage("nowhere.invalid");
    assertThat(loop.time()).isZero();
  }

  @LoopTest
  void oneThatHangsIsGivenUpAtTheDeadline(IOLoop loop) {
    var lookup = new Promise<List<InetSocketAddress>>(loop);
    Future<?> connect = new TCPClient((_, _, _) -> lookup).connect("nowhere.invalid", 80, PATIENT);
    assertThatThrownBy(connect::await).isInstanceOf(TimeoutException.class);
    assertThat(loop.time()).isEqualTo(5);
    assertThat(lookup.isDone()).as("is not waited for any more").isTrue();
  }
}
