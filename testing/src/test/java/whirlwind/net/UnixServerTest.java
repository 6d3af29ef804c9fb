// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.io.AbstractUnixAddress;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;
import whirlwind.testing.NeedsChannels;

/** A server at a Unix-domain socket, and above all its file. */
@DisabledOnOs(OS.WINDOWS)
class UnixServerTest {
  private static final ConnectionHandler ECHO =
      (stream, _) -> {
        while (true) {
          stream.write(stream.readUntil("\n").await()).await();
        }
      };

  @TempDir private Path directory;
  private Path path;
  private UnixDomainSocketAddress address;
  private final List<AutoCloseable> strangers = new ArrayList<>();

  @BeforeEach
  void name() {
    path = directory.resolve("socket");
    address = UnixDomainSocketAddress.of(path);
  }

  @AfterEach
  void closeStrangers() throws Exception {
    for (var stranger : strangers) {
      stranger.close();
    }
  }

  private static String modeOf(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static void assertServes(UnixDomainSocketAddress address) {
    var client = new IOStream().connect(address).await();
    client.write("hello\n");
    assertThat(new String(client.readUntil("\n").await(), UTF_8)).isEqualTo("hello\n");
    client.close();
  }

  /** A server of somebody else's. */
  private ServerSocketChannel stranger(int backlog) throws IOException {
    var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    strangers.add(channel);
    return channel.bind(address, backlog);
  }

  private boolean takesOneMore() throws IOException {
    var client = SocketChannel.open(StandardProtocolFamily.UNIX);
    strangers.add(client);
    client.configureBlocking(false);
    try {
      return client.connect(address);
    } catch (SocketException _) {
      return false;
    }
  }

  private void assertRefused(TCPServer server, String... reasons) {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> server.listen(address))
        .withMessageContaining("cannot listen on " + path)
        .withMessageContainingAll(reasons);
    assertThat(server.addresses()).isEmpty();
  }

  // ---------------------------------------------------------------- its mode

  @LoopTest(clock = Time.SYSTEM)
  void theFileIsForTheOwnerAloneAndThereIsNoOther(IOLoop loop) throws IOException {
    var server = new TCPServer(ECHO);
    assertThat(server.listen(address)).isEqualTo(address);
    assertThat(modeOf(path)).isEqualTo("rw-------");
    assertThat(files()).containsExactly(path);
    assertServes(address);
    server.close();
    server.closed().await();
  }

  @LoopTest
  void theFileHasTheModeOfTheOptions(IOLoop loop) throws IOException {
    var mode = PosixFilePermissions.fromString("rw-rw-rw-");
    var server = new TCPServer(ECHO, ServerOptions.defaults().withSocketFileMode(mode));
    server.listen(address);
    assertThat(modeOf(path)).isEqualTo("rw-rw-rw-");
    server.close();
  }

  /** While the socket is bound and has no mode yet, nobody else can reach it. */
  @Test
  void theSocketIsMadeWhereNobodyElseCanGo() {
    var seen = new ArrayList<String>();
    HookedProvider.run(
        (at, next) -> {
          var made = ((UnixDomainSocketAddress) at).getPath();
          seen.add("directory " + modeOf(made.getParent()));
          var listener = next.listen();
          seen.add("directory " + modeOf(made.getParent()));
          assertThat(made).exists();
          assertThat(path).doesNotExist();
          return listener;
        },
        () -> {
          var server = new TCPServer(ECHO);
          server.listen(address);
          server.close();
          return server.closed().await();
        });
    assertThat(seen).containsExactly("directory rwx------", "directory rwx------");
  }

  @LoopTest(clock = Time.SYSTEM)
  void whoeverLooksNeverSeesAnotherMode(IOLoop loop) throws Exception {
    Set<String> modes = ConcurrentHashMap.newKeySet();
    var observer = Thread.ofPlatform().start(() -> watch(modes));
    for (int round = 0; round < 300; round++) {
      var server = new TCPServer(ECHO);
      server.listen(address);
      server.close();
    }
    observer.interrupt();
    observer.join();
    assertThat(modes).isSubsetOf("rw-------");
  }

  private void watch(Set<String> modes) {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        modes.add(modeOf(path));
      } catch (NoSuchFileException _) {
        // Not at the moment.
      } catch (IOException failure) {
        modes.add(failure.toString());
      }
    }
  }

  // ---------------------------------------------------------------- what is there already

  @LoopTest(clock = Time.SYSTEM)
  void theFileOfAServerThatIsGoneIsReplaced(IOLoop loop) throws IOException {
    stranger(1).close();
    assertThat(path).exists();
    var server = new TCPServer(ECHO);
    server.listen(address);
    assertThat(modeOf(path)).isEqualTo("rw-------");
    assertThat(files()).containsExactly(path);
    assertServes(address);
    server.close();
    server.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  void aServerThatLivesIsLeftAlone(IOLoop loop) throws IOException {
    var first = new TCPServer(ECHO);
    first.listen(address);
    var second = new TCPServer(ECHO);
    assertRefused(second, "in use");
    assertServes(address);
    assertThat(files()).containsExactly(path);
    second.close();
    assertThat(path).exists();
    first.close();
    first.closed().await();
  }

  @LoopTest(clock = Time.SYSTEM)
  void aServerWhoseBacklogIsFullLives(IOLoop loop) throws IOException {
    stranger(1);
    while (takesOneMore()) {
      assertThat(strangers).hasSizeLessThan(100);
    }
    var server = new TCPServer(ECHO);
    assertRefused(server, "in use");
    assertThat(path).exists();
    server.close();
  }

  @LoopTest
  void aRegularFileIsLeftAlone(IOLoop loop) throws IOException {
    Files.writeString(path, "precious");
    var server = new TCPServer(ECHO);
    assertRefused(server, "wanted a free path", "got a regular file");
    assertThat(path).hasContent("precious");
    assertThat(files()).containsExactly(path);
    server.close();
    assertThat(path).hasContent("precious");
  }

  @LoopTest
  void aDirectoryIsLeftAlone(IOLoop loop) throws IOException {
    Files.createDirectory(path);
    var server = new TCPServer(ECHO);
    assertRefused(server, "got a directory");
    assertThat(path).isDirectory();
    server.close();
  }

  @LoopTest
  void aSymbolicLinkIsLeftAloneWhateverItPointsAt(IOLoop loop) throws IOException {
    var server = new TCPServer(ECHO);
    var stale = UnixDomainSocketAddress.of(directory.resolve("stale"));
    try (var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.bind(stale);
    }
    for (var target : List.of(stale.getPath(), directory, Path.of("nowhere"))) {
      Files.createSymbolicLink(path, target);
      assertRefused(server, "got a symbolic link");
      assertThat(Files.readSymbolicLink(path)).isEqualTo(target);
      assertThat(stale.getPath()).exists();
      Files.delete(path);
    }
    server.close();
  }

  /** A connection to a pipe is refused, as one to a stale socket is. */
  @LoopTest(clock = Time.SYSTEM)
  void aNamedPipeIsLeftAlone(IOLoop loop) throws Exception {
    var mkfifo = new ProcessBuilder("mkfifo", path.toString()).start();
    assertThat(loop.runInExecutor(mkfifo::waitFor).await()).isZero();
    var server = new TCPServer(ECHO);
    assertRefused(server, "got a special file");
    assertThat(Files.exists(path, LinkOption.NOFOLLOW_LINKS)).isTrue();
    server.close();
  }

  // ---------------------------------------------------------------- the end

  @LoopTest
  void theFileIsGoneWhenTheServerHasStopped(IOLoop loop) {
    var server = new TCPServer(ECHO);
    server.listen(address);
    server.stop();
    assertThat(path).doesNotExist();
  }

  @LoopTest(clock = Time.SYSTEM)
  void theFileOfASuccessorStays(IOLoop loop) throws IOException {
    var server = new TCPServer(ECHO);
    server.listen(address);
    Files.delete(path);
    var successor = new TCPServer(ECHO);
    successor.listen(address);
    server.close();
    server.closed().await();
    assertThat(path).exists();
    assertServes(address);
    successor.close();
    successor.closed().await();
    assertThat(path).doesNotExist();
  }

  @LoopTest
  void aFileThatIsGoneAlreadyDisturbsNobody(IOLoop loop) throws IOException {
    var server = new TCPServer(ECHO);
    server.listen(address);
    Files.delete(path);
    server.close();
  }

  // ---------------------------------------------------------------- errors, names

  @LoopTest
  void aPathThatIsTooLongIsRefusedWithBothNumbers(IOLoop loop) throws IOException {
    int room = 103 - directory.toString().length() - 1;
    address = UnixDomainSocketAddress.of(directory.resolve("s".repeat(room)));
    var server = new TCPServer(ECHO);
    server.listen(address);
    assertThat(address.getPath()).exists();

    path = directory.resolve("s".repeat(room + 1));
    address = UnixDomainSocketAddress.of(path);
    var other = new TCPServer(ECHO);
    assertRefused(other, "too long", "at most 103 bytes", "108", "got 104");
    server.close();
    other.close();
    assertThat(files()).isEmpty();
  }

  @LoopTest
  void aDirectoryThatIsMissingIsNamed(IOLoop loop) {
    path = directory.resolve("missing").resolve("socket");
    address = UnixDomainSocketAddress.of(path);
    var server = new TCPServer(ECHO);
    assertRefused(server, "no such directory: " + directory.resolve("missing"));
    server.close();
  }

  @LoopTest
  void anEmptyPathIsRefused(IOLoop loop) {
    path = Path.of("");
    address = UnixDomainSocketAddress.of(path);
    var server = new TCPServer(ECHO);
    assertRefused(server, "wanted a path, got an empty one");
    server.close();
  }

  @LoopTest(clock = Time.SYSTEM)
  void aRelativePathWillDo(IOLoop loop) throws IOException {
    var relative = Path.of("").toAbsolutePath().relativize(path);
    var server = new TCPServer(ECHO);
    server.listen(UnixDomainSocketAddress.of(relative));
    assertServes(address);
    server.close();
    server.closed().await();
    assertThat(path).doesNotExist();
  }

  @LoopTest
  void whatAKilledServerLeftBehindIsNotInTheWay(IOLoop loop) throws IOException {
    Files.createDirectory(directory.resolve(".0"));
    var server = new TCPServer(ECHO);
    server.listen(address);
    server.close();
    for (int i = 1; i < 36; i++) {
      Files.createDirectory(directory.resolve("." + Character.forDigit(i, 36)));
    }
    var other = new TCPServer(ECHO);
    assertRefused(other, ".0 to .z", directory.toString());
    other.close();
  }

  @LoopTest(clock = Time.SYSTEM)
  void connectionsHaveTheNameOfTheServer(IOLoop loop, LogRecorder log) {
    var server =
        new TCPServer(
            (stream, _) -> {
              assertThat(stream.localAddress()).isEqualTo(address);
              throw new IllegalStateException("no more");
            });
    server.listen(address);
    var client = new IOStream().connect(address).await();
    assertThat(client.readUntilClose().await()).isEmpty();
    log.expect(Level.ERROR, "handler of the connection of a client of " + path);
    server.close();
    server.closed().await();
  }

  @LoopTest
  void anAbstractNameIsRefusedOnNio(IOLoop loop) {
    if (!loop.poller().equals("nio")) {
      return;
    }
    var server = new TCPServer(ECHO);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> server.listen(AbstractUnixAddress.of("whirlwind")))
        .withMessageContainingAll("@whirlwind", "nio", "epoll or io_uring");
    server.close();
  }

  @LoopTest
  @EnabledOnOs(OS.LINUX)
  @NeedsChannels
  void theSocketFileOfAnAdoptedChannelStays(IOLoop loop) throws IOException {
    var channel = stranger(1);
    var server = new TCPServer(ECHO);
    assertThat(server.adopt(channel)).isEqualTo(address);
    server.close();
    assertThat(path).exists();
  }
}
