// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static whirlwind.tls.TlsPair.CLIENT;
import static whirlwind.tls.TlsPair.SERVER;
import static whirlwind.tls.TlsPair.VERSIONS;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.io.Interest;
import whirlwind.loop.IOLoop;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.MemoryTransport;

/** How a connection of TLS ends, and how that is told apart. */
class TlsCloseTest {

  /** A client of ours, and a server that the test works by hand. */
  private record Ours(
      SSLIOStream client, EnginePeer peer, MemoryTransport near, MemoryTransport far)
      implements AutoCloseable {
    static Ours connected(IOLoop loop, String version) throws IOException {
      var memory = MemoryTransport.pair(loop, 100_000);
      var client = new SSLIOStream(loop, memory.near(), CLIENT, StreamLimits.defaults());
      var peer = EnginePeer.server(version, memory.far()).talk();
      client.waitForHandshake().await();
      return new Ours(client, peer, memory.near(), memory.far());
    }

    @Override
    public void close() {
      client.close();
      far.close();
    }
  }

  @LoopTest
  @Tag("TLS-16")
  void closeAndShutdownOutputSayThatTheyDo(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      try (var ours = Ours.connected(loop, version)) {
        ours.client().write("bye").await();
        ours.client().close();
        assertThat(ours.peer().received()).isEqualTo("bye");
        assertThat(ours.peer().inputIsDone()).as("close-notify of close").isTrue();
      }
      try (var ours = Ours.connected(loop, version)) {
        var write = ours.client().write("bye");
        ours.client().shutdownOutput();
        write.await();
        assertThat(ours.peer().received()).isEqualTo("bye");
        assertThat(ours.peer().inputIsDone()).as("close-notify of shutdownOutput").isTrue();
        assertThatIllegalStateException().isThrownBy(() -> ours.client().write("x"));
      }
    }
  }

  @LoopTest
  @Tag("TLS-16")
  void theEndIsAnEndWhenItIsSaid(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      try (var ours = Ours.connected(loop, version)) {
        var all = ours.client().readUntilClose();
        ours.peer().send("all of it");
        ours.peer().engine().closeOutbound();
        ours.peer().say();
        assertThat(all.await()).asString(UTF_8).isEqualTo("all of it");
        assertThat(ours.client().error()).isNull();
        assertThat(ours.client().inputEnded()).isTrue();
      }
    }
  }

  @LoopTest
  @Tag("TLS-16")
  void aCutIsAnErrorThatCarriesWhatCameBefore(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      try (var ours = Ours.connected(loop, version)) {
        var all = ours.client().readUntilClose();
        ours.peer().send("the first half");
        TlsPair.settle();
        ours.far().close();
        var failure = catchThrowableOfType(StreamClosedException.class, all::await);
        assertThat(failure.realError()).isInstanceOf(TlsTruncatedException.class);
        assertThat(failure.partial()).asString(UTF_8).isEqualTo("the first half");
        assertThat(ours.client().error()).isInstanceOf(TlsTruncatedException.class);
      }
    }
  }

  @LoopTest
  @Tag("TLS-16")
  void aCutWithinARecordIsOneToo(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      try (var ours = Ours.connected(loop, version)) {
        ours.peer().send("whole");
        var record = ours.peer().wrapped("half of it is lost");
        ours.far().write(record.limit(record.remaining() / 2));
        ours.far().shutdownOutput();
        assertThat(ours.client().readBytes(5).await()).asString(UTF_8).isEqualTo("whole");
        var failure =
            catchThrowableOfType(
                StreamClosedException.class, () -> ours.client().readBytes(1).await());
        assertThat(failure.realError()).isInstanceOf(TlsTruncatedException.class);
      }
    }
  }

  @LoopTest
  @Tag("TLS-16")
  void anIdleStreamHearsOfACutByItsCloseCallback(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      try (var ours = Ours.connected(loop, version)) {
        var closed = ours.client().whenClosed();
        ours.far().close();
        closed.await();
        assertThat(ours.client().error()).isInstanceOf(TlsTruncatedException.class);
      }
    }
  }

  @LoopTest
  @Tag("TLS-16")
  void aResetIsAReset(IOLoop loop) throws IOException {
    for (var version : VERSIONS) {
      try (var ours = Ours.connected(loop, version)) {
        var read = ours.client().readBytes(1);
        ours.far().reset();
        var failure = catchThrowableOfType(StreamClosedException.class, read::await);
        assertThat(failure.realError()).isInstanceOf(SocketException.class);
      }
    }
  }

  @LoopTest
  @Tag("TLS-16")
  void byTls13OneSideMayEndBeforeTheOther(IOLoop loop) {
    try (var pair = TlsPair.connected(loop, "TLSv1.3")) {
      pair.server().setAllowHalfClose(true);
      pair.client().write("question").await();
      pair.client().shutdownOutput();
      assertThat(pair.server().readUntilClose().await()).asString(UTF_8).isEqualTo("question");
      pair.server().write("answer").await();
      pair.server().close();
      assertThat(pair.client().readUntilClose().await()).asString(UTF_8).isEqualTo("answer");
    }
  }

  @LoopTest
  @Tag("TLS-16")
  void byTls12TheEndOfOneSideIsTheEndOfBoth(IOLoop loop) throws IOException {
    try (var ours = Ours.connected(loop, "TLSv1.2")) {
      ours.client().setAllowHalfClose(true);
      ours.peer().engine().closeOutbound();
      ours.peer().say();
      assertThat(ours.client().readUntilClose().await()).isEmpty();
      ours.peer().talk();
      assertThat(ours.peer().inputIsDone()).as("answered by a close-notify").isTrue();
    }
  }

  /** Triple handshakes and their like: nobody of ours needs to begin anew. */
  @LoopTest
  @Tag("TLS-14")
  void toBeginAnewIsRefused(IOLoop loop, LogRecorder log) throws IOException {
    try (var ours = Ours.connected(loop, "TLSv1.2")) {
      var read = ours.client().readBytes(1);
      ours.peer().engine().beginHandshake();
      ours.peer().say();
      var failure = catchThrowableOfType(StreamClosedException.class, read::await);
      assertThat(failure.realError())
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("renegotiate");
      TlsPair.settle();
      log.expect(Level.WARNING, "error on SSLIOStream");
    }
    var memory = MemoryTransport.pair(loop, 100_000);
    try (var server =
        new Closing(new SSLIOStream(loop, memory.far(), SERVER, StreamLimits.defaults()))) {
      var peer = EnginePeer.client("TLSv1.2", memory.near());
      peer.say();
      peer.talk();
      var read = server.stream().readBytes(1);
      peer.engine().beginHandshake();
      peer.say();
      var failure = catchThrowableOfType(StreamClosedException.class, read::await);
      assertThat(failure.realError()).hasMessageContaining("renegotiate");
      TlsPair.settle();
      log.expect(Level.WARNING, "error on SSLIOStream");
    }
  }

  private record Closing(SSLIOStream stream) implements AutoCloseable {
    @Override
    public void close() {
      stream.close();
    }
  }

  // ---------------------------------------------------------------- new keys

  @LoopTest
  @Tag("TLS-18")
  void theKeysOfTls13MayChangeAtAnyTimeInBothDirections(IOLoop loop) throws IOException {
    try (var ours = Ours.connected(loop, "TLSv1.3")) {
      for (int round = 0; round < 20; round++) {
        ours.peer().engine().beginHandshake(); // an update of the keys, and a wish for another
        ours.peer().talk();
        ours.peer().send("from peer\n");
        ours.client().write("from us\n");
        assertThat(ours.client().readUntil("\n").await()).asString(UTF_8).isEqualTo("from peer\n");
        assertThat(ours.peer().received()).isEqualTo("from us\n");
      }
    }
  }

  @LoopTest
  @Tag("TLS-18")
  void keysMayChangeWhileAWriteWaits(IOLoop loop) throws IOException {
    try (var ours = Ours.connected(loop, "TLSv1.3")) {
      var write = ours.client().write(new byte[300_000]);
      var read = ours.client().readBytes(3);
      ours.peer().engine().beginHandshake();
      ours.peer().say();
      ours.peer().send("abc");
      TlsPair.settle();
      assertThat(read.isDone()).as("reading goes on though writing cannot").isTrue();
      int received = 0;
      while (received < 300_000) {
        received += ours.peer().received().length();
      }
      write.await();
      assertThat(received).isEqualTo(300_000);
    }
  }

  /** Each wants an answer: who sends them without end and reads none must not fill our memory. */
  @LoopTest
  @Tag("TLS-18")
  void whoWantsNewKeysWithoutEndIsHeldBackUntilItListens(IOLoop loop) throws IOException {
    var memory = MemoryTransport.pair(loop, 4_000);
    var tls = new TlsTransport(loop, memory.near(), CLIENT, null, -1);
    tls.attach(_ -> {});
    tls.interest(Interest.READ);
    var peer = EnginePeer.server("TLSv1.3", memory.far()).talk();
    int most = 0;
    ByteBuffer update = ByteBuffer.allocate(0);
    for (int i = 0; i < 20_000 && !update.hasRemaining(); i++) {
      peer.engine().beginHandshake();
      update = peer.wrapped("");
      for (int tries = 0; update.hasRemaining() && tries < 100; tries++) {
        memory.far().write(update);
        tls.read(ByteBuffer.allocate(100));
      }
      most = Math.max(most, tls.buffered());
    }
    assertThat(update.hasRemaining()).as("held back").isTrue();
    assertThat(most).as("bytes held in memory").isLessThan(64 * 1024);

    var received = ByteBuffer.allocate(8);
    var data = ByteBuffer.allocate(0);
    for (int turn = 0; turn < 5_000 && received.hasRemaining(); turn++) {
      peer.listen();
      memory.far().write(update.hasRemaining() ? update : data);
      if (!update.hasRemaining() && !data.hasRemaining()) {
        data = peer.wrapped("on we go");
      }
      Futures.moment().await();
      tls.read(received);
    }
    assertThat(received.array()).asString(UTF_8).isEqualTo("on we go");
    assertThatCode(tls::close).doesNotThrowAnyException();
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> tls.read(ByteBuffer.allocate(1)));
    memory.far().close();
  }
}
