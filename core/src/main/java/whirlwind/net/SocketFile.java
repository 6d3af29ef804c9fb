// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Listener;

/**
 * The file of a Unix-domain socket, for servers; the same rules whatever poller they run on.
 *
 * <p><b>Its mode is right from the first moment.</b> Binding makes the file with the mode that the
 * process gives to all files, which Java can neither ask nor set, and the socket can be connected
 * to at once. Therefore it is bound inside a new directory that nobody else may enter, gets its
 * mode there, and is then linked to where it belongs. Linking replaces nothing, so that of two
 * servers that start at once one is told. Tools such as {@code ss} show the path inside that
 * directory.
 *
 * <p><b>What is there already</b> is left alone, unless it is a socket at which nobody listens any
 * more: the file of a server that ended without closing. To find out, it is connected to.
 *
 * <p><b>At the end</b> it is removed, if it is still the one that was made here.
 */
final class SocketFile {
  /** The size of the kernel's {@code sun_path}. */
  private static final int KERNEL_BYTES = 108;

  /** The JDK keeps two of them, and the directory takes a separator, a dot and a digit. */
  private static final int MOST_BYTES = KERNEL_BYTES - 2 - 3;

  private static final int STAGES = Character.MAX_RADIX;

  /** How often what is in the way may have gone, or have been put there, in the meantime. */
  private static final int ATTEMPTS = 3;

  private static final int TYPE_BITS = 0170000;
  private static final int TYPE_SOCKET = 0140000;

  private static final boolean HAS_MODES =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

  /** Binds a socket to a path and listens. */
  @FunctionalInterface
  interface Binder {
    Listener listen(UnixDomainSocketAddress address) throws IOException;
  }

  private final UnixDomainSocketAddress address;
  private final Path path;
  private @Nullable Object key;

  private SocketFile(UnixDomainSocketAddress address) {
    this.address = address;
    this.path = address.getPath();
  }

  /** Listens at {@code address}, with a file of this mode. */
  static Listener listen(
      UnixDomainSocketAddress address, Set<PosixFilePermission> mode, Binder binder)
      throws IOException {
    var file = new SocketFile(address);
    file.checkPath();
    return new UnixListener(HAS_MODES ? file.stage(mode, binder) : file.bind(binder), file);
  }

  UnixDomainSocketAddress address() {
    return address;
  }

  private void checkPath() throws IOException {
    int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0) {
      throw new SocketException("wanted a path, got an empty one");
    }
    if (bytes > MOST_BYTES) {
      throw new SocketException(
          "path too long: wanted at most %d bytes, as the kernel has room for %d and some are needed, got %d"
              .formatted(MOST_BYTES, KERNEL_BYTES, bytes));
    }
  }

  /** Where files have no modes, the access rules of the directory hold. */
  private Listener bind(Binder binder) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      removeIfStale();
    }
    var listener = binder.listen(address);
    key = key();
    return listener;
  }

  private Listener stage(Set<PosixFilePermission> mode, Binder binder) throws IOException {
    var stage = makeStage();
    try {
      return publish(stage.resolve(path.getFileName()), mode, binder);
    } finally {
      Files.delete(stage);
    }
  }

  private Path makeStage() throws IOException {
    var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    for (int i = 0; i < STAGES; i++) {
      try {
        return Files.createDirectory(
            path.resolveSibling("." + Character.forDigit(i, Character.MAX_RADIX)), owner);
      } catch (FileAlreadyExistsException _) {
        // Another server is starting, or one was killed just then.
      } catch (NoSuchFileException failure) {
        throw new IOException("no such directory: " + directory(), failure);
      } catch (AccessDeniedException failure) {
        throw new IOException("permission denied to make files in " + directory(), failure);
      }
    }
    throw new IOException("wanted a free name .0 to .z in " + directory() + ", got none");
  }

  private Path directory() {
    var parent = path.getParent();
    return parent == null ? Path.of(".") : parent;
  }

  private Listener publish(Path staged, Set<PosixFilePermission> mode, Binder binder)
      throws IOException {
    try {
      var listener = binder.listen(UnixDomainSocketAddress.of(staged));
      try {
        Files.setPosixFilePermissions(staged, mode);
        link(staged);
        key = key();
        return listener;
      } catch (IOException | RuntimeException failure) {
        listener.close();
        throw failure;
      }
    } finally {
      Files.deleteIfExists(staged);
    }
  }

  private void link(Path staged) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        Files.createLink(path, staged);
        return;
      } catch (FileAlreadyExistsException _) {
        removeIfStale();
      }
    }
    throw inUse(null);
  }

  private static BindException inUse(@Nullable Exception cause) {
    var failure = new BindException("Address already in use");
    failure.initCause(cause);
    return failure;
  }

  private void removeIfStale() throws IOException {
    var found = key();
    if (found == null) {
      return;
    }
    checkIsSocket();
    checkIsStale();
    if (found.equals(key())) {
      Files.delete(path);
    }
  }

  /** Other things, such as pipes, refuse a connection as stale sockets do. */
  private void checkIsSocket() throws IOException {
    var attributes =
        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    boolean isSocket = attributes.isOther();
    if (isSocket && HAS_MODES) {
      int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      isSocket = (mode & TYPE_BITS) == TYPE_SOCKET;
    }
    if (!isSocket) {
      throw new BindException(
          "wanted a free path or a socket that is not used, got " + kind(attributes));
    }
  }

  private static String kind(BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      return "a symbolic link";
    }
    if (attributes.isDirectory()) {
      return "a directory";
    }
    return attributes.isRegularFile() ? "a regular file" : "a special file";
  }

  /**
   * Only a refused connection says that nobody listens. It never waits: a server whose backlog is
   * full does not answer, and lives nevertheless.
   */
  private void checkIsStale() throws IOException {
    try (var probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false);
      probe.connect(address);
    } catch (ConnectException _) {
      return;
    } catch (SocketException unclear) {
      throw inUse(unclear);
    }
    throw inUse(null);
  }

  /** What tells the file apart from one that has replaced it; null when there is none. */
  private @Nullable Object key() throws IOException {
    try {
      var attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      var key = attributes.fileKey();
      return key != null ? key : attributes.creationTime(); // as on Windows
    } catch (NoSuchFileException _) {
      return null;
    }
  }

  /**
   * Removes the file unless it is somebody else's by now. The socket must still be open: as long as
   * it is, no other file gets the same key.
   */
  void remove() throws IOException {
    if (key != null && key.equals(key())) {
      Files.delete(path);
    }
  }
}
