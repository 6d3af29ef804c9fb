// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.Futures;
import whirlwind.loop.IOLoop;
import whirlwind.net.ScriptedNetwork.Reply;
import whirlwind.testing.LogRecorderExtension;

/** What can be connected to, and what is refused at the call. */
@ExtendWith(LogRecorderExtension.class)
class TCPClientTest {
  private static final InetSocketAddress ADDRESS =
      new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 80);

  private final ScriptedNetwork network = new ScriptedNetwork();
  private final List<String> asked = new ArrayList<>();
  private final Resolver resolver =
      (host, port, _) -> {
        asked.add(host + ":" + port);
        return Futures.completed(List.of(ADDRESS));
      };

  private void connects(SocketAddress address, SocketAddress reached) {
    network.reply(reached, new Reply.Accept(Duration.ofMillis(10)));
    network.run(
        () -> {
          var stream = new TCPClient(resolver).connect(address).await();
          assertThat(stream.remoteAddress()).isEqualTo(reached);
          stream.close();
          return null;
        });
  }

  @Test
  void toATcpAddress() {
    connects(ADDRESS, ADDRESS);
    assertThat(asked).isEmpty();
  }

  @Test
  void toAUnixDomainAddress() {
    var address = UnixDomainSocketAddress.of("/run/example");
    connects(address, address);
    assertThat(asked).isEmpty();
  }

  @Test
  void toAnUnresolvedAddressByLookingItUp() {
    connects(InetSocketAddress.createUnresolved("example.org", 80), ADDRESS);
    assertThat(asked).containsExactly("example.org:80");
  }

  @Test
  void toAnAddressGivenAsTextWithoutALookUp() {
    network.reply(ADDRESS, new Reply.Accept(Duration.ZERO));
    network.run(
        () -> {
          var stream = new TCPClient().connect("10.0.0.1", 80).await();
          assertThat(stream.remoteAddress()).isEqualTo(ADDRESS);
          stream.close();
          return null;
        });
  }

  @Test
  void whatCannotBeConnectedToIsRefusedAtTheCall() {
    var strange =
        new SocketAddress() {
          private static final long serialVersionUID = 1;
        };
    network.run(
        () -> {
          var client = new TCPClient(resolver);
          assertThatIllegalArgumentException()
              .isThrownBy(() -> client.connect("a b", 80))
              .withMessageStartingWith("host: wanted ");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> client.connect("example.org", 0))
              .withMessage("port: wanted 1 to 65535, got 0");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> client.connect("example.org", 65_536))
              .withMessageStartingWith("port: wanted ");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> client.connect(new InetSocketAddress("10.0.0.1", 0)))
              .withMessage("port: wanted 1 to 65535, got 0");
          assertThatIllegalArgumentException()
              .isThrownBy(() -> client.connect(strange))
              .withMessageContaining("wanted an InetSocketAddress or a UnixDomainSocketAddress");
          assertThatNullPointerException().isThrownBy(() -> client.connect((String) null, 80));
          assertThatNullPointerException().isThrownBy(() -> client.connect((SocketAddress) null));
          assertThatNullPointerException().isThrownBy(() -> client.connect("a", 80, null));
          assertThatNullPointerException().isThrownBy(() -> client.connect(ADDRESS, null));
          assertThat(asked).isEmpty();
          assertThat(network.connections()).isEmpty();
          assertThat(network.nothingIsLeft()).isTrue();
          return null;
        });
  }

  @Test
  void aUnixDomainSocketHasNoLocalAddress() {
    var options = ConnectOptions.defaults().withLocalAddress(new InetSocketAddress(7));
    network.run(
        () -> {
          assertThatIllegalArgumentException()
              .isThrownBy(
                  () -> new TCPClient().connect(UnixDomainSocketAddress.of("/run/x"), options))
              .withMessageStartingWith("localAddress: wanted none for a Unix-domain socket, got ");
          return null;
        });
  }

  @Test
  void aResolverThatThrowsAtTheCallLeavesNothing() {
    var bug = new IllegalStateException("the bug");
    network.run(
        () -> {
          var client =
              new TCPClient(
                  (_, _, _) -> {
                    throw bug;
                  });
          assertThatIllegalStateException()
              .isThrownBy(() -> client.connect("example.org", 80))
              .isSameAs(bug);
          assertThat(network.nothingIsLeft()).isTrue();
          return null;
        });
  }

  @Test
  void itBelongsToItsLoop() {
    network.run(
        () -> {
          var client = new TCPClient(resolver);
          var elsewhere = IOLoop.current().runInExecutor(() -> client.connect("10.0.0.1", 80));
          assertThatIllegalStateException()
              .isThrownBy(elsewhere::await)
              .withMessageContaining("wanted a caller on");
          return null;
        });
  }
}
