// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static whirlwind.tls.TlsPair.CLIENT;
import static whirlwind.tls.TlsPair.SERVER;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Tag;
import whirlwind.loop.IOLoop;
import whirlwind.net.TCPServer;
import whirlwind.stream.IOStream;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;
import whirlwind.testing.TestCertificates;

class StartTlsTest {
  private static final int CAPACITY = 10_000;

  private final List<String> events = new ArrayList<>();

  /** A stream, and the far end that the test works by hand. */
  private record Plain(IOStream stream, MemoryTransport far) implements AutoCloseable {
    static Plain of(IOLoop loop, int capacity) {
      var memory = MemoryTransport.pair(loop, capacity);
      return new Plain(new IOStream(loop, memory.near(), StreamLimits.defaults()), memory.far());
    }

    void send(String text) throws IOException {
      far.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    String take() throws IOException {
      var bytes = ByteBuffer.allocate(far.available());
      far.read(bytes);
      return new String(bytes.array(), UTF_8);
    }

    /** Both sides refuse, with a message that says why, and nothing has changed. */
    void refuses(String reason) {
      assertThatIllegalStateException()
          .isThrownBy(() -> stream.startTls(CLIENT))
          .withMessageContaining("startTls")
          .withMessageContaining(reason);
      assertThatIllegalStateException()
          .isThrownBy(() -> stream.startTls(SERVER))
          .withMessageContaining(reason);
    }

    @Override
    public void close() {
      stream.close();
      far.close();
    }
  }

  @LoopTest
  @Tag("TLS-2")
  void isRefusedWhileAReadIsPending(IOLoop loop) throws IOException {
    try (var plain = Plain.of(loop, CAPACITY)) {
      var read = plain.stream().readUntil("\n");
      plain.refuses("pending read");
      plain.send("still here\n");
      assertThat(read.await()).asString(UTF_8).isEqualTo("still here\n");
    }
  }

  @LoopTest
  @Tag("TLS-2")
  void isRefusedWhileAReadByChunksIsPending(IOLoop loop) throws IOException {
    try (var plain = Plain.of(loop, CAPACITY)) {
      var read = plain.stream().readBytes(3, chunk -> events.add(new String(chunk, UTF_8)));
      plain.refuses("pending read");
      plain.send("abc");
      read.await();
      assertThat(events).containsExactly("abc");
    }
  }

  @LoopTest
  @Tag("TLS-2")
  void isRefusedWhileAWriteIsPending(IOLoop loop) throws IOException {
    try (var plain = Plain.of(loop, 4)) {
      var write = plain.stream().write("123456");
      plain.refuses("bytes still to be sent");
      assertThat(plain.take()).isEqualTo("1234");
      write.await();
      assertThat(plain.take()).isEqualTo("56");
    }
  }

  /** They would be mistaken for protected ones: how STARTTLS has been attacked. */
  @LoopTest
  @Tag("TLS-2")
  void isRefusedWithPlaintextThatNobodyHasRead(IOLoop loop) throws IOException {
    try (var plain = Plain.of(loop, CAPACITY)) {
      plain.send("STARTTLS\nEVIL\n");
      plain.stream().readUntil("\n").await();
      plain.refuses("not read");
      assertThat(plain.stream().readUntil("\n").await()).asString(UTF_8).isEqualTo("EVIL\n");
    }
  }

  @LoopTest
  @Tag("TLS-2")
  void isRefusedAfterTheEndOfInputOrOutput(IOLoop loop) throws IOException {
    try (var plain = Plain.of(loop, CAPACITY)) {
      plain.stream().setAllowHalfClose(true);
      plain.stream().shutdownOutput();
      plain.refuses("output is shut down");
    }
    try (var plain = Plain.of(loop, CAPACITY)) {
      plain.stream().setAllowHalfClose(true);
      plain.far().shutdownOutput();
      plain.stream().readUntilClose().await();
      plain.refuses("input has ended");
      plain.stream().write("x").await();
      assertThat(plain.take()).isEqualTo("x");
    }
  }

  @LoopTest
  @Tag("TLS-2")
  void isRefusedOnAClosedStream(IOLoop loop) {
    try (var plain = Plain.of(loop, CAPACITY)) {
      plain.stream().close();
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(() -> plain.stream().startTls(CLIENT));
    }
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("TLS-2")
  void isRefusedBeforeTheStreamIsConnected(IOLoop loop) {
    try (var server = ServerSockets.tcp(loop)) {
      var stream = new IOStream();
      assertThatIllegalStateException()
          .isThrownBy(() -> stream.startTls(CLIENT))
          .withMessageContaining("not connected");
      var connecting = stream.connect(server.address());
      assertThatIllegalStateException()
          .isThrownBy(() -> stream.startTls(CLIENT))
          .withMessageContaining("not connected");
      assertThat(connecting.await()).isSameAs(stream);
      stream.close();
    }
  }

  @LoopTest
  @Tag("TLS-5")
  void isRefusedWithoutANameToVerify(IOLoop loop) throws IOException {
    try (var plain = Plain.of(loop, CAPACITY)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> plain.stream().startTls(ClientTls.of(TestCertificates.trusting())))
          .withMessageContaining("server name");
      plain.stream().write("on we go").await();
      assertThat(plain.take()).isEqualTo("on we go");
    }
  }

  @LoopTest
  @Tag("TLS-5")
  void isRefusedWithOptionsThatTheEngineDoesNotTake(IOLoop loop) throws IOException {
    try (var plain = Plain.of(loop, CAPACITY)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> plain.stream().startTls(CLIENT.withVersions("TLSv9")));
      plain.stream().write("on we go").await();
      assertThat(plain.take()).isEqualTo("on we go");
    }
  }

  @LoopTest
  @Tag("TLS-3")
  void limitsCloseCallbackAndWhoWaitsForTheEndGoOver(IOLoop loop) {
    var limits = new StreamLimits(5_000, 100, 7_000, StreamLimits.Overflow.REFUSE);
    var memory = MemoryTransport.pair(loop, CAPACITY);
    var client = new IOStream(loop, memory.near(), limits);
    var server = new IOStream(loop, memory.far(), StreamLimits.defaults());
    client.setCloseCallback(() -> events.add("closed"));
    client.setAllowHalfClose(true);
    client.whenClosed().onComplete(_ -> events.add("over"));
    var serverSide = server.startTls(SERVER);
    var secured = client.startTls(CLIENT).await();
    TlsPair.settle();
    assertThat(events).as("when only the plain stream is closed").isEmpty();
    assertThat(secured.limits()).isEqualTo(limits);
    serverSide.await().close();
    TlsPair.settle();
    assertThat(events).as("half-close is allowed there, too").isEmpty();
    secured.close();
    TlsPair.settle();
    assertThat(events).containsExactlyInAnyOrder("closed", "over");
  }

  /** Else a server, which knows the plain stream alone, would leave the connection open. */
  @LoopTest
  @Tag("TLS-1")
  void whoeverClosesTheOldStreamClosesTheConnection(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, CAPACITY);
    var client = new IOStream(loop, memory.near(), StreamLimits.defaults());
    var server = new IOStream(loop, memory.far(), StreamLimits.defaults());
    var serverSide = server.startTls(SERVER);
    var secured = client.startTls(CLIENT).await();
    assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> client.readBytes(1));
    assertThatExceptionOfType(StreamClosedException.class).isThrownBy(() -> client.write("x"));
    var cause = new IllegalArgumentException("the cause");
    client.close(cause);
    assertThat(secured.closed()).isTrue();
    assertThat(secured.error()).isSameAs(cause);
    assertThat(serverSide.await().readUntilClose().await()).as("a clean end").isEmpty();
  }

  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("TLS-1")
  void aServerClosesWhatItsHandlerHasSecured(IOLoop loop) {
    var handled = new ArrayList<SSLIOStream>();
    try (var server = new TCPServer((stream, _) -> handled.add(stream.startTls(SERVER).await()))) {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      var client = new SSLIOStream(CLIENT);
      client.connect(server.listen(address)).await();
      assertThat(client.readUntilClose().await()).as("when the handler has returned").isEmpty();
      assertThat(client.error()).isNull();
      assertThat(handled).singleElement().matches(SSLIOStream::closed);
    }
  }

  /** A client may send its hello right behind the command that it is sent for. */
  @LoopTest
  @Tag("TLS-2")
  void whatIsStillInTheKernelIsFine(IOLoop loop) {
    var limits = StreamLimits.defaults().withReadChunkSize(1);
    var memory = MemoryTransport.pair(loop, CAPACITY);
    var server = new IOStream(loop, memory.far(), limits);
    var client = new IOStream(loop, memory.near(), StreamLimits.defaults());
    client.write("GO\n").await();
    var clientSide = client.startTls(CLIENT);
    TlsPair.settle();
    server.readUntil("\n").await();
    var serverSide = server.startTls(SERVER).await();
    clientSide.await().close();
    serverSide.close();
  }

  @LoopTest
  @Tag("TLS-4")
  void failsWithTheErrorOfTlsItselfAtBothEnds(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, CAPACITY);
    var client = new IOStream(loop, memory.near(), StreamLimits.defaults());
    var server = new IOStream(loop, memory.far(), StreamLimits.defaults());
    var serverSide = server.startTls(SERVER);
    var clientSide = client.startTls(CLIENT.withServerName("wrong.test"));
    assertThat(TlsPair.failureOf(clientSide)).isInstanceOf(SSLHandshakeException.class);
    assertThat(TlsPair.failureOf(serverSide)).isInstanceOf(SSLHandshakeException.class);
    assertThat(memory.near().closed()).isTrue();
    assertThat(memory.far().closed()).isTrue();
  }

  @LoopTest
  @Tag("TLS-4")
  void failsWithTheErrorOfTheConnectionItself(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, CAPACITY);
    var client = new IOStream(loop, memory.near(), StreamLimits.defaults());
    var clientSide = client.startTls(CLIENT);
    TlsPair.settle();
    memory.far().reset();
    assertThat(TlsPair.failureOf(clientSide)).isInstanceOf(SocketException.class);
    assertThat(memory.near().closed()).isTrue();
  }

  @LoopTest
  @Tag("TLS-21")
  void cancellingItClosesTheConnection(IOLoop loop) {
    var memory = MemoryTransport.pair(loop, CAPACITY);
    var client = new IOStream(loop, memory.near(), StreamLimits.defaults());
    client.setCloseCallback(() -> events.add("closed"));
    var handshake = client.startTls(CLIENT);
    TlsPair.settle();
    handshake.cancel();
    assertThat(handshake.isCancelled()).isTrue();
    assertThat(memory.near().closed()).isTrue();
    TlsPair.settle();
    assertThat(events).containsExactly("closed");
  }
}
