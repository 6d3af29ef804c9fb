// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import whirlwind.io.AbstractUnixAddress;
import whirlwind.io.Incoming;
import whirlwind.io.Interest;
import whirlwind.io.IoProvider;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.Poller;
import whirlwind.io.Transport;

/**
 * What every provider's sockets must do: the transport contract over them, connecting, adopting and
 * listening. A test class of a provider extends it once for TCP and once for Unix-domain sockets.
 */
public abstract class SocketContract extends TransportContract {

  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final IoProvider provider;
  private final List<AutoCloseable> strangers = new ArrayList<>();
  private @Nullable Poller opened;

  /** The provider under test. */
  protected SocketContract(IoProvider provider) {
    this.provider = provider;
  }

  /** An address to listen on that nobody has used before. */
  protected abstract SocketAddress freshAddress() throws Exception;

  /** Superclass methods run after this: what they close is closed already, which is legal. */
  @AfterEach
  final void closePoller() throws Exception {
    poller().close();
    for (AutoCloseable stranger : strangers) {
      stranger.close();
    }
  }

  private Poller poller() throws IOException {
    if (opened == null) {
      opened = provider.openPoller();
    }
    return opened;
  }

  private boolean isTcp() throws Exception {
    return freshAddress() instanceof InetSocketAddress;
  }

  private Listener listen() throws Exception {
    return provider.listen(poller(), freshAddress(), ListenOptions.defaults());
  }

  /** A listening socket that is none of the provider's. */
  private ServerSocketChannel strangeServer() throws Exception {
    ServerSocketChannel server =
        isTcp()
            ? ServerSocketChannel.open()
            : ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    strangers.add(server);
    server.bind(freshAddress()).configureBlocking(false);
    return server;
  }

  private SocketChannel acceptFrom(ServerSocketChannel server) throws Exception {
    var accepted = new @Nullable SocketChannel[1];
    await("a connection", () -> (accepted[0] = server.accept()) != null);
    SocketChannel channel = Objects.requireNonNull(accepted[0]);
    strangers.add(channel);
    return channel;
  }

  private Transport acceptFrom(Listener listener) throws Exception {
    var accepted = new @Nullable Transport[1];
    await("a connection", () -> (accepted[0] = listener.accept()) != null);
    return Objects.requireNonNull(accepted[0]);
  }

  @Override
  protected void turn() throws IOException {
    poller().poll(TURN_NANOS);
  }

  @Override
  protected Ends connect() throws Exception {
    Listener listener = listen();
    Transport near = provider.connect(poller(), listener.localAddress());
    Transport far = acceptFrom(listener);
    listener.close();
    return new Ends(near, far);
  }

  /** TCP resets when it closes without lingering, a Unix-domain socket when bytes are unread. */
  @Override
  protected Doomed doomed() throws Exception {
    ServerSocketChannel server = strangeServer();
    Transport transport = provider.connect(poller(), server.getLocalAddress());
    SocketChannel peer = acceptFrom(server);
    if (isTcp()) {
      peer.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
    return new Doomed(
        transport,
        () -> {
          ByteBuffer unread = ByteBuffer.wrap(new byte[1]);
          await("room for a byte", () -> transport.write(unread) > 0);
          peer.close();
        });
  }

  @Override
  protected boolean hasAddresses() {
    return true;
  }

  @Override
  protected @Nullable Transport refused() throws Exception {
    if (!isTcp()) {
      return null; // known at once and thrown by connect, see aRefusedConnectionNamesTheAddress
    }
    return provider.connect(poller(), abandonedAddress());
  }

  /** Where somebody listened until now. */
  private SocketAddress abandonedAddress() throws Exception {
    Listener listener = listen();
    listener.close();
    return listener.localAddress();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Counts what a handler is told. */
  private static final class Reports {
    int seen;
    int calls;

    void ready(int events) {
      seen |= events;
      calls++;
    }
  }

  @Test
  void aRefusedConnectionNamesTheAddress() throws Exception {
    SocketAddress address = abandonedAddress();
    assertThatIOException()
        .isThrownBy(
            () -> {
              Transport transport = provider.connect(poller(), address);
              var reports = new Reports();
              transport.attach(reports::ready);
              transport.interest(Interest.READ);
              await("ERROR", () -> (reports.seen & Interest.ERROR) != 0);
              transport.read(ByteBuffer.allocate(1));
            })
        .withMessageContaining(address.toString());
  }

  @Test
  void aConnectingTransportReportsRoomOnceConnected() throws Exception {
    ServerSocketChannel server = strangeServer();
    Transport transport = provider.connect(poller(), server.getLocalAddress());
    var reports = new Reports();
    transport.attach(reports::ready);
    transport.interest(Interest.READ | Interest.WRITE);
    await("WRITE", () -> reports.calls > 0);
    assertThat(reports.seen).isEqualTo(Interest.WRITE);
    assertThat(transport.write(bytes("x"))).isOne();
    assertThat(transport.remoteAddress()).isEqualTo(server.getLocalAddress());
  }

  @Test
  void aTransportConnectsAlsoWhenNothingIsWantedOfIt() throws Exception {
    ServerSocketChannel server = strangeServer();
    Transport transport = provider.connect(poller(), server.getLocalAddress());
    var reports = new Reports();
    transport.attach(reports::ready);
    SocketChannel peer = acceptFrom(server);
    peer.write(bytes("x"));
    aWhile();
    assertThat(reports.calls).isZero();
    await("bytes", () -> transport.read(ByteBuffer.allocate(1)) == 1);
  }

  @Test
  void aConnectionComesFromTheAddressItWasBoundTo() throws Exception {
    ServerSocketChannel server = strangeServer();
    SocketAddress local = freshAddress();
    Transport transport = provider.connect(poller(), server.getLocalAddress(), local);
    SocketAddress seen = acceptFrom(server).getRemoteAddress();
    assertThat(seen).isEqualTo(transport.localAddress());
    if (local instanceof InetSocketAddress inet) {
      assertThat(((InetSocketAddress) seen).getAddress()).isEqualTo(inet.getAddress());
    } else {
      assertThat(seen).isEqualTo(local);
    }
  }

  @Test
  void aPortOfAnOlderConnectionIsBoundAgain() throws Exception {
    assumeTrue(isTcp());
    ServerSocketChannel server = strangeServer();
    Transport first = provider.connect(poller(), server.getLocalAddress(), freshAddress());
    acceptFrom(server);
    SocketAddress local = Objects.requireNonNull(first.localAddress());
    first.close(); // this end lingers, as it closed first
    ServerSocketChannel other = strangeServer();
    provider.connect(poller(), other.getLocalAddress(), local);
    assertThat(acceptFrom(other).getRemoteAddress()).isEqualTo(local);
  }

  @Test
  void aLocalAddressInUseIsRefusedAndNamed() throws Exception {
    SocketAddress taken = strangeServer().getLocalAddress();
    SocketAddress address = strangeServer().getLocalAddress();
    assertThatIOException()
        .isThrownBy(() -> provider.connect(poller(), address, taken))
        .withMessageContaining(taken.toString());
  }

  @Test
  void anUnresolvedAddressIsAnUnknownHost() {
    var unresolved = InetSocketAddress.createUnresolved("nowhere.example", 80);
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> provider.connect(poller(), unresolved))
        .withMessageContaining("nowhere.example");
    assertThatExceptionOfType(UnknownHostException.class)
        .isThrownBy(() -> provider.listen(poller(), unresolved, ListenOptions.defaults()))
        .withMessageContaining("nowhere.example");
  }

  @Test
  void anotherKindOfAddressIsRefused() {
    var strange =
        new SocketAddress() {
          private static final long serialVersionUID = 1;
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> provider.connect(poller(), strange))
        .withMessageContaining("UnixDomainSocketAddress");
  }

  /** Null where the provider refuses channels, in words that help, and leaves them as they are. */
  private @Nullable Transport adoptOrRefuse(SocketChannel channel) throws IOException {
    strangers.add(channel);
    try {
      return provider.adopt(poller(), channel);
    } catch (UnsupportedOperationException refusal) {
      assertThat(refusal).hasMessageContaining("nio");
      assertThat(channel.isOpen() && channel.isBlocking()).isTrue();
      return null;
    }
  }

  @Test
  void aConnectedChannelIsAdopted() throws Exception {
    ServerSocketChannel server = strangeServer();
    SocketChannel channel = SocketChannel.open(server.getLocalAddress());
    Transport transport = adoptOrRefuse(channel);
    if (transport == null) {
      return;
    }
    assertThat(channel.isBlocking()).isFalse();
    SocketChannel peer = acceptFrom(server);
    peer.write(bytes("x"));
    var reports = new Reports();
    transport.attach(reports::ready);
    transport.interest(Interest.READ);
    await("READ", () -> reports.seen == Interest.READ);
    assertThat(transport.read(ByteBuffer.allocate(9))).isOne();
    transport.close();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void anAdoptedChannelThatIsNotConnectedSaysSo() throws Exception {
    SocketChannel channel = SocketChannel.open();
    Transport transport = adoptOrRefuse(channel);
    if (transport == null) {
      return;
    }
    assertThatExceptionOfType(NotYetConnectedException.class)
        .isThrownBy(() -> transport.write(bytes("x")));
    assertThatExceptionOfType(NotYetConnectedException.class)
        .isThrownBy(() -> transport.read(ByteBuffer.allocate(1)));
  }

  @Test
  void aListenerReportsConnectionsOnlyWhileAccepting() throws Exception {
    Listener listener = listen();
    var reports = new Reports();
    listener.attach(reports::ready);
    assertThat(listener.accept()).isNull();
    provider.connect(poller(), listener.localAddress());
    aWhile();
    assertThat(reports.calls).as("before accepting").isZero();
    listener.accepting(true);
    await("several reports", () -> reports.calls >= 2);
    assertThat(reports.seen).isEqualTo(Interest.READ);
    listener.accepting(false);
    reports.calls = 0;
    aWhile();
    assertThat(reports.calls).as("switched off").isZero();
    assertThat(listener.accept()).isNotNull();
    assertThat(listener.accept()).isNull();
  }

  @Test
  void aListenerTakesOneHandler() throws Exception {
    Listener listener = listen();
    assertThatIllegalStateException().isThrownBy(() -> listener.accepting(true));
    listener.attach(_ -> {});
    assertThatIllegalStateException().isThrownBy(() -> listener.attach(_ -> {}));
  }

  @Test
  void aClosedListenerFreesItsAddressAtOnce() throws Exception {
    Listener listener = listen();
    listener.attach(_ -> {});
    listener.accepting(true);
    turn();
    SocketAddress address = listener.localAddress();
    listener.close();
    assertThatCode(listener::close).doesNotThrowAnyException();
    assertThatCode(() -> listener.accepting(true)).doesNotThrowAnyException();
    assertThat(listener.localAddress()).isEqualTo(address);
    assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(listener::accept);
    if (isTcp()) {
      var options = ListenOptions.defaults().withReuseAddress(false);
      assertThatCode(() -> provider.listen(poller(), address, options)).doesNotThrowAnyException();
    } else { // the file of a Unix-domain socket outlives it, so another cannot be bound there
      assertThatIOException().isThrownBy(() -> provider.connect(poller(), address));
    }
  }

  @Test
  void anAddressInUseIsRefused() throws Exception {
    Listener listener = listen();
    assertThatIOException()
        .isThrownBy(
            () -> provider.listen(poller(), listener.localAddress(), ListenOptions.defaults()));
  }

  @Test
  void portsAreSharedWhereThePlatformCan() throws Exception {
    var options = ListenOptions.defaults().withReusePort(true);
    Listener first;
    try {
      first = provider.listen(poller(), freshAddress(), options);
    } catch (UnsupportedOperationException refusal) {
      assertThat(refusal).hasMessageContaining("reusePort");
      return;
    }
    assertThatCode(() -> provider.listen(poller(), first.localAddress(), options))
        .doesNotThrowAnyException();
  }

  @Test
  void aConnectionIsTakenForAnotherPoller() throws Exception {
    Listener listener = listen();
    Transport near = provider.connect(poller(), listener.localAddress());
    near.attach(_ -> {});
    var taken = new @Nullable Incoming[1];
    await("a connection", () -> (taken[0] = listener.take()) != null);
    assertThat(listener.take()).isNull();
    try (Poller another = provider.openPoller()) {
      Transport far = Objects.requireNonNull(taken[0]).open(another);
      var reports = new Reports();
      far.attach(reports::ready);
      far.interest(Interest.READ);
      await("connected", () -> near.write(bytes("x")) == 1);
      await("READ", () -> another.poll(0) > 0);
      assertThat(reports.seen).isEqualTo(Interest.READ);
      assertThat(far.read(ByteBuffer.allocate(9))).isOne();
    }
    await("the end, as that poller has closed", () -> near.read(ByteBuffer.allocate(1)) == -1);
  }

  @Test
  void aConnectionThatWasTakenAndIsNotWantedEnds() throws Exception {
    Listener listener = listen();
    Transport near = provider.connect(poller(), listener.localAddress());
    near.attach(_ -> {});
    var taken = new @Nullable Incoming[1];
    await("a connection", () -> (taken[0] = listener.take()) != null);
    Objects.requireNonNull(taken[0]).close();
    await("the end", () -> near.read(ByteBuffer.allocate(1)) == -1);
  }

  @Test
  void aBoundServerChannelIsAdopted() throws Exception {
    ServerSocketChannel channel = strangeServer();
    channel.configureBlocking(true);
    SocketAddress address = channel.getLocalAddress();
    Listener listener;
    try {
      listener = provider.adopt(poller(), channel);
    } catch (UnsupportedOperationException refusal) {
      assertThat(refusal).hasMessageContaining("nio");
      return;
    }
    assertThat(listener.localAddress()).isEqualTo(address);
    Transport near = provider.connect(poller(), address);
    near.attach(_ -> {});
    assertThat(acceptFrom(listener)).isNotNull();
    listener.close();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void aWildcardAddressMeansBothVersionsOfIp() throws Exception {
    if (!isTcp()) {
      return;
    }
    var everywhere = new InetSocketAddress(0);
    Listener listener = provider.listen(poller(), everywhere, ListenOptions.defaults());
    var address = (InetSocketAddress) listener.localAddress();
    assertThat(address.getAddress().isAnyLocalAddress()).isTrue();
    var hosts = new ArrayList<>(List.of("127.0.0.1"));
    if (address.getAddress() instanceof Inet6Address) {
      hosts.add("::1");
    }
    for (String host : hosts) {
      provider.connect(poller(), new InetSocketAddress(host, address.getPort())).attach(_ -> {});
      assertThat(acceptFrom(listener).remoteAddress())
          .isInstanceOf(InetSocketAddress.class)
          .extracting(peer -> ((InetSocketAddress) peer).getAddress())
          .isEqualTo(InetAddress.getByName(host));
    }
  }

  @Test
  void anAbstractAddressIsServedOrRefusedWithAReason() throws Exception {
    var address = AbstractUnixAddress.of("whirlwind-" + ProcessHandle.current().pid());
    Listener listener;
    try {
      listener = provider.listen(poller(), address, ListenOptions.defaults());
    } catch (UnsupportedOperationException refusal) {
      assertThat(refusal).hasMessageContainingAll(address.toString(), "epoll or io_uring");
      assertThatExceptionOfType(UnsupportedOperationException.class)
          .isThrownBy(() -> provider.connect(poller(), address))
          .withMessage(refusal.getMessage());
      return;
    }
    assertThat(listener.localAddress()).isEqualTo(address);
    Transport near = provider.connect(poller(), address);
    near.attach(_ -> {});
    assertThat(acceptFrom(listener)).isNotNull();
    listener.close();
    assertThatIOException().isThrownBy(() -> provider.connect(poller(), address));
  }

  @Test
  void aClosedPollerHasClosedItsSockets() throws Exception {
    Listener listener = listen();
    listener.attach(_ -> {});
    Transport near = provider.connect(poller(), listener.localAddress());
    Transport far = acceptFrom(listener);
    far.attach(_ -> {});
    poller().close();
    for (Transport transport : List.of(near, far)) {
      assertThatExceptionOfType(ClosedChannelException.class)
          .isThrownBy(() -> transport.read(ByteBuffer.allocate(1)));
    }
    assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(listener::accept);
    assertThatCode(() -> poller().close()).doesNotThrowAnyException();
  }
}
