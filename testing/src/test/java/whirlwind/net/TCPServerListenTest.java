// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.io.ListenOptions;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LogRecorderExtension;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.NeedsChannels;

/** Where a server listens: on which addresses, and with which port. */
@ExtendWith(LogRecorderExtension.class)
class TCPServerListenTest {
  private static final ConnectionHandler HELLO = (stream, _) -> stream.write("hello").await();
  private static InetAddress version4;
  private static InetAddress version6;

  @BeforeAll
  static void addresses() throws IOException {
    version4 = InetAddress.getByName("127.0.0.1");
    version6 = InetAddress.getByName("::1");
  }

  private static void assertServes(SocketAddress address) {
    var client = new IOStream().connect(address).await();
    assertThat(new String(client.readUntilClose().await(), UTF_8)).isEqualTo("hello");
  }

  private static int port(SocketAddress address) {
    return ((InetSocketAddress) address).getPort();
  }

  private static BindException inUse() {
    return new BindException("Address already in use");
  }

  // ---------------------------------------------------------------- all addresses

  @LoopTest(clock = Time.SYSTEM)
  void withoutAnAddressItServesAllOfBothVersions(IOLoop loop) {
    var server = new TCPServer(HELLO);
    var address = (InetSocketAddress) server.listen(0);
    assertThat(server.addresses()).containsExactly(address);
    assertThat(address.getAddress().isAnyLocalAddress()).isTrue();

    assertServes(new InetSocketAddress(version4, address.getPort()));
    if (address.getAddress() instanceof Inet6Address) {
      assertServes(new InetSocketAddress(version6, address.getPort()));
    }
    server.close();
    server.closed().await();
    assertThat(server.addresses()).containsExactly(address);
  }

  // ---------------------------------------------------------------- the one port

  @LoopTest(clock = Time.SYSTEM)
  void thePortIsThatOfAllAddressesOfAName(IOLoop loop) {
    try (var server = new TCPServer(HELLO)) {
      var addresses = server.listen("localhost", 0).await();
      assertThat(addresses).allSatisfy(each -> assertThat(port(each)).isEqualTo(server.port()));
      assertServes(new InetSocketAddress("localhost", server.port()));
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void thePortIsStillKnownAfterTheEnd(IOLoop loop) {
    var server = new TCPServer(HELLO);
    int port = port(server.listen(new InetSocketAddress(version4, 0)));
    server.close();
    assertThat(server.port()).isEqualTo(port);
  }

  @LoopTest(clock = Time.SYSTEM)
  void whereThereIsNoOnePortAskingForItSaysWhatThereIs(IOLoop loop, @TempDir Path directory) {
    try (var server = new TCPServer(HELLO)) {
      assertThatIllegalStateException()
          .isThrownBy(server::port)
          .withMessage("wanted a server with one port, got addresses []");
      server.listen(new InetSocketAddress(version4, 0));
      server.listen(new InetSocketAddress(version4, 0));
      assertThatIllegalStateException()
          .isThrownBy(server::port)
          .withMessage("wanted a server with one port, got addresses " + server.addresses());
    }
    try (var server = new TCPServer(HELLO)) {
      server.listen(UnixDomainSocketAddress.of(directory.resolve("socket")));
      assertThatIllegalStateException().isThrownBy(server::port).withMessageEndingWith("socket]");
    }
  }

  // ---------------------------------------------------------------- the addresses of a name

  @LoopTest(clock = Time.SYSTEM)
  void aNameMeansAllItsAddresses(IOLoop loop) throws IOException {
    var server = new TCPServer(HELLO);
    var addresses = server.listen("localhost", 0).await();
    assertThat(addresses)
        .isEqualTo(server.addresses())
        .extracting(address -> ((InetSocketAddress) address).getAddress())
        .isNotEmpty()
        .isSubsetOf(InetAddress.getAllByName("localhost"));
    addresses.forEach(TCPServerListenTest::assertServes);
    server.close();
    server.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  void allAddressesGetTheSamePort(IOLoop loop) {
    var server = new TCPServer(HELLO);
    var addresses = server.listen("two", List.of(version4, version6, version4), 0);
    assertThat(addresses).hasSize(2);
    assertThat(addresses.stream().map(TCPServerListenTest::port).distinct()).hasSize(1);
    addresses.forEach(TCPServerListenTest::assertServes);
    server.close();
    server.closed().await();
  }

  @Test
  void aPortThatIsTakenOnTheSecondAddressIsChosenAgain() {
    var ports = new HashSet<Integer>();
    var failures = new ArrayList<>(List.of(inUse(), inUse(), inUse()));
    HookedProvider.run(
        (at, next) -> {
          if (port(at) != 0 && !failures.isEmpty()) {
            ports.add(port(at));
            throw failures.removeFirst();
          }
          return next.listen();
        },
        () -> {
          var server = new TCPServer(HELLO);
          var addresses = server.listen("two", List.of(version4, version6), 0);
          assertThat(addresses).hasSize(2).isEqualTo(server.addresses());
          assertThat(ports).isNotEmpty();
          for (int tried : ports) { // they are free again
            var other = new TCPServer(HELLO);
            if (tried != port(addresses.getFirst())) {
              other.listen(new InetSocketAddress(version4, tried));
            }
            other.close();
          }
          server.close();
          return server.closed().await();
        });
  }

  @Test
  void itDoesNotChooseForEver() {
    var tries = new ArrayList<SocketAddress>();
    HookedProvider.run(
        (at, next) -> {
          if (port(at) != 0) {
            tries.add(at);
            throw inUse();
          }
          return next.listen();
        },
        () -> {
          var server = new TCPServer(HELLO);
          assertThatExceptionOfType(UncheckedIOException.class)
              .isThrownBy(() -> server.listen("two", List.of(version4, version6), 0))
              .withMessageContaining("cannot listen on two:0: Address already in use");
          assertThat(server.addresses()).isEmpty();
          assertThat(tries).hasSize(20);
          server.close();
          return null;
        });
  }

  @LoopTest(clock = Time.SYSTEM)
  void onAFixedPortItListensOnAllAddressesOrNone(IOLoop loop) {
    var first = new TCPServer(HELLO);
    int port = port(first.listen(new InetSocketAddress(version6, 0)));
    var server = new TCPServer(HELLO);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> server.listen("two", List.of(version4, version6), port))
        .withMessageContainingAll("two:" + port, "in use");
    assertThat(server.addresses()).isEmpty();

    server.listen(new InetSocketAddress(version4, port)); // it is free
    server.close();
    first.close();
  }

  @Test
  void aLoopbackAddressThatTheSystemDoesNotHaveIsLeftOut(LogRecorder log) {
    HookedProvider.run(
        (at, next) -> {
          if (((InetSocketAddress) at).getAddress().equals(version6)) {
            throw new BindException("Cannot assign requested address");
          }
          return next.listen();
        },
        () -> {
          var server = new TCPServer(HELLO);
          assertThat(server.listen("two", List.of(version6, version4), 0))
              .singleElement()
              .matches(address -> ((InetSocketAddress) address).getAddress().equals(version4));
          log.expect(Level.INFO, "no loopback address of IP version 6.*127.0.0.1");
          assertThatExceptionOfType(UncheckedIOException.class)
              .isThrownBy(() -> server.listen("one", List.of(version6), 0))
              .withMessageContaining("assign");
          server.close();
          return null;
        });
  }

  @LoopTest(clock = Time.SYSTEM)
  void anAddressThatIsNotOursIsAnError(IOLoop loop) throws IOException {
    var server = new TCPServer(HELLO);
    var documentation = InetAddress.getByName("192.0.2.1");
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> server.listen("far", List.of(version4, documentation), 0))
        .withMessageContaining("cannot listen on far:0");
    assertThat(server.addresses()).isEmpty();
    server.close();
  }

  @LoopTest(clock = Time.SYSTEM)
  void aNameThatNobodyKnowsIsNamed(IOLoop loop) {
    var server = new TCPServer(HELLO);
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> server.listen("nowhere.invalid", 80).await())
        .withMessage("cannot listen on nowhere.invalid:80: unknown host");
    server.close();
  }

  @LoopTest(clock = Time.SYSTEM)
  void aServerThatStopsMeanwhileDoesNotListen(IOLoop loop) {
    var server = new TCPServer(HELLO);
    var listening = server.listen("localhost", 0);
    server.stop();
    assertThatIllegalStateException().isThrownBy(listening::await).withMessageContaining("stopped");
    assertThat(server.addresses()).isEmpty();
  }

  @LoopTest
  void namesAndPortsThatCannotBeAreRefusedAtOnce(IOLoop loop) {
    var server = new TCPServer(HELLO);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.listen(65536))
        .withMessage("port: wanted 0 to 65535, got 65536");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.listen("localhost", -1))
        .withMessage("port: wanted 0 to 65535, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.listen(" ", 80))
        .withMessageContaining("host: wanted a name");
    server.close();
  }

  // ---------------------------------------------------------------- how, and over what

  @LoopTest(clock = Time.SYSTEM)
  void serversSharePortsWhenAllWantTo(IOLoop loop) {
    var sharing =
        ServerOptions.defaults().withListening(ListenOptions.defaults().withReusePort(true));
    var first = new TCPServer(HELLO, sharing);
    SocketAddress address;
    try {
      address = first.listen(new InetSocketAddress(version4, 0));
    } catch (UnsupportedOperationException _) {
      first.close();
      return; // this system cannot
    }
    var second = new TCPServer(HELLO, sharing);
    assertThat(second.listen(address)).isEqualTo(address);
    assertServes(address);
    first.stop();
    assertServes(address);
    second.stop();
    first.closed().await();
    second.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  @NeedsChannels
  void aChannelThatIsBoundAlreadyIsAdopted(IOLoop loop) throws IOException {
    var channel = ServerSocketChannel.open().bind(new InetSocketAddress(version4, 0));
    var address = channel.getLocalAddress();
    var server = new TCPServer(HELLO);
    assertThat(server.adopt(channel)).isEqualTo(address);
    assertThat(server.addresses()).containsExactly(address);
    assertServes(address);
    server.stop();
    server.closed().await();
    assertThat(channel.isOpen()).isFalse();
  }

  @LoopTest
  @NeedsChannels
  void aChannelThatCannotServeIsRefused(IOLoop loop) throws IOException {
    var server = new TCPServer(HELLO);
    var channel = ServerSocketChannel.open();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.adopt(channel))
        .withMessageContaining("wanted one that is bound");
    channel.close();
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> server.adopt(channel))
        .withMessageContaining("it is closed");
    server.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> server.adopt(channel))
        .withMessageContaining("stopped");
  }

  /** A second address that cannot be watched takes the first one with it. */
  @Test
  void whatCannotBeWatchedIsNotListenedOn() {
    var opened = new ArrayList<ScriptedListener>();
    HookedProvider.run(
        (_, _) -> {
          var listener = new ScriptedListener();
          listener.failAttach(opened.isEmpty() ? null : new IOException("no room to watch"));
          opened.add(listener);
          return listener;
        },
        () -> {
          var server = new TCPServer(HELLO);
          assertThatExceptionOfType(UncheckedIOException.class)
              .isThrownBy(() -> server.listen("two", List.of(version4, version6), 1))
              .withMessageContaining("no room to watch");
          assertThat(opened).hasSize(2).allMatch(ScriptedListener::closed);
          assertThat(server.addresses()).isEmpty();
          server.close();
          return null;
        });
  }
}
