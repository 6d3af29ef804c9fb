// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.io.ChildPipe;
import whirlwind.io.Incoming;
import whirlwind.io.IoProvider;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.Poller;
import whirlwind.io.Transport;

/** What is opened is closed, and no child process inherits it. */
class EpollHygieneTest {
  private static final int POLLERS = 1000;
  private static final int CONNECTIONS = 20;

  /** Mappings that the JVM makes for itself meanwhile. */
  private static final int OTHER_MAPPINGS = 50;

  @TempDir private Path directory;
  private final IoProvider provider = provider();

  private static SocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @Test
  void pollersAndConnectionsLeaveNothingOpen() throws IOException {
    openUseAndClose(10);
    var before = Descriptors.open();
    long mappings = Descriptors.mappings();
    openUseAndClose(POLLERS);
    assertThat(Descriptors.openSince(before)).isEmpty();
    assertThat(Descriptors.mappings()).isLessThan(mappings + OTHER_MAPPINGS);
  }

  private void openUseAndClose(int pollers) throws IOException {
    for (int i = 0; i < pollers; i++) {
      try (Poller poller = provider.openPoller()) {
        if (i % 10 == 0) {
          connect(poller);
        }
        poller.wakeup();
        poller.poll(0);
      }
    }
  }

  IoProvider provider() {
    return new EpollProvider();
  }

  /** Leaves to the poller what it has opened, half of it attached. */
  private void connect(Poller poller) throws IOException {
    var listener = provider.listen(poller, anyPort(), ListenOptions.defaults());
    listener.attach(_ -> {});
    listener.accepting(true);
    for (int i = 0; i < CONNECTIONS; i++) {
      var near = provider.connect(poller, listener.localAddress());
      var far = accept(listener::accept);
      if (i % 2 == 0) {
        near.attach(_ -> {});
        far.attach(_ -> {});
      }
      far.write(ByteBuffer.wrap(new byte[10]));
    }
    poller.poll(0);
  }

  private interface Accepting {
    Transport now() throws IOException;
  }

  private static Transport accept(Accepting accepting) throws IOException {
    Transport transport = accepting.now();
    while (transport == null) {
      transport = accepting.now();
    }
    return transport;
  }

  @Test
  void whatFailsLeavesNothingOpen() throws IOException {
    try (Poller poller = provider.openPoller()) {
      var taken = provider.listen(poller, anyPort(), ListenOptions.defaults()).localAddress();
      var nowhere = UnixDomainSocketAddress.of(directory.resolve("nowhere"));
      var tooLong = UnixDomainSocketAddress.of(directory.resolve("x".repeat(200)));
      var before = Descriptors.open();
      for (int i = 0; i < 100; i++) {
        assertThatIOException()
            .isThrownBy(() -> provider.listen(poller, taken, ListenOptions.defaults()));
        assertThatIOException().isThrownBy(() -> provider.connect(poller, nowhere));
        assertThatIOException().isThrownBy(() -> provider.connect(poller, tooLong));
        assertThatIOException().isThrownBy(() -> provider.connect(poller, taken, taken));
        assertThatIOException().isThrownBy(() -> provider.adopt(poller, 7777));
      }
      assertThat(Descriptors.openSince(before)).isEmpty();
    }
  }

  @Test
  void aConnectionThatIsHandedOnBelongsToNobodyElse() throws IOException {
    try (Poller poller = provider.openPoller()) {
      var listener = provider.listen(poller, anyPort(), ListenOptions.defaults());
      var before = Descriptors.open();
      var near = provider.connect(poller, listener.localAddress());
      var taken = take(listener);
      taken.close();
      near.close();
      assertThat(Descriptors.openSince(before)).isEmpty();
    }
  }

  @Test
  void aConnectionForALoopThatHasEndedIsClosed() throws IOException {
    var ended = provider.openPoller();
    ended.close();
    try (Poller poller = provider.openPoller()) {
      var listener = provider.listen(poller, anyPort(), ListenOptions.defaults());
      var before = Descriptors.open();
      var near = provider.connect(poller, listener.localAddress());
      var taken = take(listener);
      assertThatIOException().isThrownBy(() -> taken.open(ended));
      near.close();
      assertThat(Descriptors.openSince(before)).isEmpty();
    }
  }

  private static Incoming take(Listener listener) throws IOException {
    Incoming taken = listener.take();
    while (taken == null) {
      taken = listener.take();
    }
    return taken;
  }

  @Test
  void nothingIsInherited() throws IOException {
    var before = Descriptors.open();
    var pipes = new ArrayList<ChildPipe>();
    try (Poller poller = provider.openPoller()) {
      connect(poller);
      for (var address :
          List.of(anyPort(), UnixDomainSocketAddress.of(directory.resolve("listening")))) {
        provider.listen(poller, address, ListenOptions.defaults());
      }
      for (var direction : ChildPipe.Direction.values()) {
        pipes.add(provider.openChildPipe(direction));
      }
      var opened = Descriptors.openSince(before);
      assertThat(opened).hasSizeGreaterThan(2 * CONNECTIONS);
      for (int fd : opened.keySet()) {
        assertThat(Descriptors.isClosedOnExec(fd)).as("%d is %s", fd, opened.get(fd)).isTrue();
      }
    } finally {
      for (var pipe : pipes) {
        pipe.close();
      }
    }
    assertThat(Descriptors.openSince(before)).isEmpty();
  }
}
