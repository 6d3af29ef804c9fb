// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import whirlwind.io.AbstractUnixAddress;

/**
 * Addresses as the kernel has them, in a poller's {@link NativeMemory#SOCKADDR} area.
 *
 * <p>Source: ip(7), ipv6(7), unix(7).
 */
final class SocketAddresses {
  /** What the JDK encodes paths in. */
  private static final Charset PATHS = Charset.forName(System.getProperty("sun.jnu.encoding"));

  private static final int MOST_PATH_BYTES =
      Abi.SIZEOF_SOCKADDR_UN - Abi.OFFSETOF_SOCKADDR_UN__SUN_PATH - 1; // a zero byte ends it

  private final ByteBuffer bytes;

  SocketAddresses(NativeMemory memory) {
    bytes = memory.bytes;
  }

  /**
   * The family that a socket for an address needs.
   *
   * @throws IllegalArgumentException if it is of a kind that is not known here
   */
  static int family(SocketAddress address) throws UnknownHostException {
    return switch (address) {
      case InetSocketAddress inet when inet.isUnresolved() ->
          throw new UnknownHostException(inet.getHostString());
      case InetSocketAddress inet ->
          inet.getAddress() instanceof Inet4Address ? Abi.AF_INET : Abi.AF_INET6;
      case UnixDomainSocketAddress _, AbstractUnixAddress _ -> Abi.AF_UNIX;
      default -> throw unknown(address);
    };
  }

  private static IllegalArgumentException unknown(SocketAddress address) {
    return new IllegalArgumentException(
        "address: wanted an InetSocketAddress, a UnixDomainSocketAddress or an"
            + " AbstractUnixAddress, got "
            + address.getClass().getName());
  }

  static boolean isWildcard(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.getAddress().isAnyLocalAddress();
  }

  /** Writes an address and returns its length. */
  int write(SocketAddress address) throws IOException {
    return switch (address) {
      case InetSocketAddress inet -> writeInet(inet.getAddress(), inet.getPort());
      case UnixDomainSocketAddress unix -> writePath(unix.getPath().toString());
      case AbstractUnixAddress unix -> writeUnix(1, unix.name(), 0);
      default -> throw unknown(address);
    };
  }

  /** Writes the address that stands for all of an IP version. */
  int writeWildcard(int family, int port) {
    return family == Abi.AF_INET6
        ? writeInet6(new byte[16], port, 0)
        : writeInet4(new byte[4], port);
  }

  private int writeInet(InetAddress address, int port) {
    return address instanceof Inet6Address six
        ? writeInet6(six.getAddress(), port, six.getScopeId())
        : writeInet4(address.getAddress(), port);
  }

  private int writeInet4(byte[] address, int port) {
    clear(Abi.SIZEOF_SOCKADDR_IN);
    writeFamilyAndPort(Abi.AF_INET, Abi.OFFSETOF_SOCKADDR_IN__SIN_PORT, port);
    bytes.put(NativeMemory.SOCKADDR + Abi.OFFSETOF_SOCKADDR_IN__SIN_ADDR, address);
    return Abi.SIZEOF_SOCKADDR_IN;
  }

  private int writeInet6(byte[] address, int port, int scope) {
    clear(Abi.SIZEOF_SOCKADDR_IN6);
    writeFamilyAndPort(Abi.AF_INET6, Abi.OFFSETOF_SOCKADDR_IN6__SIN6_PORT, port);
    bytes.put(NativeMemory.SOCKADDR + Abi.OFFSETOF_SOCKADDR_IN6__SIN6_ADDR, address);
    bytes.putInt(NativeMemory.SOCKADDR + Abi.OFFSETOF_SOCKADDR_IN6__SIN6_SCOPE_ID, scope);
    return Abi.SIZEOF_SOCKADDR_IN6;
  }

  /** A zero byte ends it; an empty path stands for no name. */
  private int writePath(String path) throws SocketException {
    byte[] name = path.getBytes(PATHS);
    if (name.length > MOST_PATH_BYTES) {
      throw new SocketException(
          "Unix-domain path: wanted at most %d bytes, got %d: %s"
              .formatted(MOST_PATH_BYTES, name.length, path));
    }
    return writeUnix(0, name, name.length == 0 ? 0 : 1);
  }

  private int writeUnix(int zerosBefore, byte[] name, int zerosAfter) {
    clear(Abi.SIZEOF_SOCKADDR_UN);
    bytes.putShort(NativeMemory.SOCKADDR, (short) Abi.AF_UNIX);
    int start = Abi.OFFSETOF_SOCKADDR_UN__SUN_PATH + zerosBefore;
    bytes.put(NativeMemory.SOCKADDR + start, name);
    return start + name.length + zerosAfter;
  }

  private void clear(int length) {
    for (int i = 0; i < length; i++) {
      bytes.put(NativeMemory.SOCKADDR + i, (byte) 0);
    }
  }

  private void writeFamilyAndPort(int family, int portOffset, int port) {
    bytes.putShort(NativeMemory.SOCKADDR, (short) family);
    bytes.putShort(NativeMemory.SOCKADDR + portOffset, networkOrder(port));
  }

  private static short networkOrder(int port) {
    short value = (short) port;
    return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Short.reverseBytes(value);
  }

  /** The address that a call has put there; null for a family that is not known here. */
  @Nullable SocketAddress read(int length) {
    return switch (bytes.getShort(NativeMemory.SOCKADDR)) {
      case Abi.AF_INET ->
          readInet(Abi.OFFSETOF_SOCKADDR_IN__SIN_ADDR, 4, Abi.OFFSETOF_SOCKADDR_IN__SIN_PORT, 0);
      case Abi.AF_INET6 ->
          readInet(
              Abi.OFFSETOF_SOCKADDR_IN6__SIN6_ADDR,
              16,
              Abi.OFFSETOF_SOCKADDR_IN6__SIN6_PORT,
              bytes.getInt(NativeMemory.SOCKADDR + Abi.OFFSETOF_SOCKADDR_IN6__SIN6_SCOPE_ID));
      case Abi.AF_UNIX -> readUnix(length);
      default -> null;
    };
  }

  private InetSocketAddress readInet(int offset, int length, int portOffset, int scope) {
    byte[] address = read(offset, length);
    short port = networkOrder(bytes.getShort(NativeMemory.SOCKADDR + portOffset));
    try {
      // One of IPv4 that came as IPv6 becomes what it is.
      var inet =
          scope == 0
              ? InetAddress.getByAddress(address)
              : Inet6Address.getByAddress(null, address, scope);
      return new InetSocketAddress(inet, Short.toUnsignedInt(port));
    } catch (UnknownHostException impossible) {
      throw new AssertionError("4 or 16 bytes are an address", impossible);
    }
  }

  private SocketAddress readUnix(int length) {
    int start = Abi.OFFSETOF_SOCKADDR_UN__SUN_PATH;
    byte[] name = read(start, Math.max(0, length - start));
    if (name.length > 1 && name[0] == 0) {
      return AbstractUnixAddress.of(Arrays.copyOfRange(name, 1, name.length));
    }
    int end = 0;
    while (end < name.length && name[end] != 0) {
      end++;
    }
    return UnixDomainSocketAddress.of(new String(name, 0, end, PATHS));
  }

  private byte[] read(int offset, int length) {
    var copy = new byte[length];
    bytes.get(NativeMemory.SOCKADDR + offset, copy);
    return copy;
  }
}
