// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The calls that open, connect and configure sockets, and that move bytes.
 *
 * <p>Source: socket(7).
 */
final class Sockets implements ByteCalls {
  private static final MemorySegment SOCKET = Downcall.function("socket");
  private static final MemorySegment BIND = Downcall.function("bind");
  private static final MemorySegment LISTEN = Downcall.function("listen");
  private static final MemorySegment ACCEPT4 = Downcall.function("accept4");
  private static final MemorySegment CONNECT = Downcall.function("connect");
  private static final MemorySegment GETSOCKNAME = Downcall.function("getsockname");
  private static final MemorySegment GETPEERNAME = Downcall.function("getpeername");
  private static final MemorySegment GETSOCKOPT = Downcall.function("getsockopt");
  private static final MemorySegment SETSOCKOPT = Downcall.function("setsockopt");
  private static final MemorySegment RECV = Downcall.function("recv");
  private static final MemorySegment SEND = Downcall.function("send");
  private static final MemorySegment SENDMSG = Downcall.function("sendmsg");
  private static final MemorySegment SHUTDOWN = Downcall.function("shutdown");

  /** What every socket of ours is: it never blocks, and no child process inherits it. */
  private static final int FLAGS = Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC;

  private static final int MEMINFO_BYTES = Integer.BYTES * Abi.SK_MEMINFO_VARS;

  private final Kernel kernel;
  private final NativeMemory memory;
  private final SocketAddresses addresses;

  Sockets(Kernel kernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    this.addresses = new SocketAddresses(memory);
  }

  // ---------------------------------------------------------------- opening

  int open(int family) {
    return kernel.call(SOCKET, family, Abi.SOCK_STREAM | FLAGS, 0);
  }

  int bind(int fd, SocketAddress address) throws IOException {
    int length = addresses.write(address);
    return kernel.call(BIND, fd, memory.at(NativeMemory.SOCKADDR), length);
  }

  /** Binds to all addresses of a family, or of both IP versions if it is IPv6. */
  int bindWildcard(int fd, int family, int port) {
    int length = addresses.writeWildcard(family, port);
    return kernel.call(BIND, fd, memory.at(NativeMemory.SOCKADDR), length);
  }

  int listen(int fd, int backlog) {
    return kernel.call(LISTEN, fd, backlog);
  }

  /**
   * The descriptor of the next connection; {@link #acceptedFrom} is its peer until the next call.
   */
  int accept(int fd) {
    expectAddress();
    return kernel.call(
        ACCEPT4,
        fd,
        memory.at(NativeMemory.SOCKADDR),
        memory.at(NativeMemory.SOCKADDR_LENGTH),
        FLAGS);
  }

  @Nullable SocketAddress acceptedFrom() {
    return addresses.read(memory.bytes.getInt(NativeMemory.SOCKADDR_LENGTH));
  }

  int connect(int fd, SocketAddress address) throws IOException {
    int length = addresses.write(address);
    return kernel.call(CONNECT, fd, memory.at(NativeMemory.SOCKADDR), length);
  }

  @Nullable SocketAddress localAddress(int fd) {
    return name(GETSOCKNAME, fd);
  }

  @Nullable SocketAddress remoteAddress(int fd) {
    return name(GETPEERNAME, fd);
  }

  private @Nullable SocketAddress name(MemorySegment which, int fd) {
    expectAddress();
    int result =
        kernel.call(
            which, fd, memory.at(NativeMemory.SOCKADDR), memory.at(NativeMemory.SOCKADDR_LENGTH));
    return result < 0 ? null : acceptedFrom();
  }

  private void expectAddress() {
    memory.bytes.putInt(NativeMemory.SOCKADDR_LENGTH, Abi.SIZEOF_SOCKADDR_STORAGE);
  }

  int set(int fd, int level, int option, boolean on) {
    memory.bytes.putInt(NativeMemory.OPTION, on ? 1 : 0);
    return kernel.call(
        SETSOCKOPT, fd, level, option, memory.at(NativeMemory.OPTION), Integer.BYTES);
  }

  /** The errno that a connection attempt has ended with; 0 for none. */
  int pendingError(int fd) {
    memory.bytes.putInt(NativeMemory.SOCKADDR_LENGTH, Integer.BYTES);
    int result =
        kernel.call(
            GETSOCKOPT,
            fd,
            Abi.SOL_SOCKET,
            Abi.SO_ERROR,
            memory.at(NativeMemory.OPTION),
            memory.at(NativeMemory.SOCKADDR_LENGTH));
    return result < 0 ? -result : memory.bytes.getInt(NativeMemory.OPTION);
  }

  /** How many more bytes of memory the kernel would take for what a socket sends; 0 if unknown. */
  int room(int fd) {
    int size = NativeMemory.STRUCT;
    memory.bytes.putInt(NativeMemory.SOCKADDR_LENGTH, MEMINFO_BYTES);
    int result =
        kernel.call(
            GETSOCKOPT,
            fd,
            Abi.SOL_SOCKET,
            Abi.SO_MEMINFO,
            memory.at(size),
            memory.at(NativeMemory.SOCKADDR_LENGTH));
    if (result < 0) {
      return 0;
    }
    int taken =
        Math.max(
            memory.bytes.getInt(size + Integer.BYTES * Abi.SK_MEMINFO_WMEM_ALLOC),
            memory.bytes.getInt(size + Integer.BYTES * Abi.SK_MEMINFO_WMEM_QUEUED));
    return memory.bytes.getInt(size + Integer.BYTES * Abi.SK_MEMINFO_SNDBUF) - taken;
  }

  /** Lets a close throw away what was not sent, and tell the peer by a reset. */
  void resetWhenClosed(int fd) {
    memory.bytes.putInt(NativeMemory.OPTION, 1);
    memory.bytes.putInt(NativeMemory.OPTION + Integer.BYTES, 0);
    kernel.call(
        SETSOCKOPT,
        fd,
        Abi.SOL_SOCKET,
        Abi.SO_LINGER,
        memory.at(NativeMemory.OPTION),
        2 * Integer.BYTES);
  }

  /** Ends a listening socket at once, whoever still has its file: a descriptor, or a request. */
  int stopListening(int fd) {
    return kernel.call(SHUTDOWN, fd, Abi.SHUT_RD);
  }

  int shutdownOutput(int fd) {
    return kernel.call(SHUTDOWN, fd, Abi.SHUT_WR);
  }

  // ---------------------------------------------------------------- moving bytes

  @Override
  public int read(int fd, long address, int count) {
    return kernel.call(RECV, fd, address, count, 0);
  }

  /** A broken connection is an error and no signal. */
  @Override
  public int write(int fd, long address, int count) {
    return kernel.call(SEND, fd, address, count, Abi.MSG_NOSIGNAL);
  }

  @Override
  public int writeGathered(int fd, int pieces) {
    long message = memory.at(NativeMemory.MSGHDR);
    memory.bytes.putLong(
        NativeMemory.MSGHDR + Abi.OFFSETOF_MSGHDR__MSG_IOV, memory.at(NativeMemory.IOVECS));
    memory.bytes.putLong(NativeMemory.MSGHDR + Abi.OFFSETOF_MSGHDR__MSG_IOVLEN, pieces);
    return kernel.call(SENDMSG, fd, message, Abi.MSG_NOSIGNAL);
  }
}
