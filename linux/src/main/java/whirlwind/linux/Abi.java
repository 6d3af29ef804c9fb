// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

/**
 * The numbers of the C headers that are used here, under their C names, for 64-bit Linux.
 *
 * <p>x86-64 and AArch64 agree on all of them but the layout of {@code epoll_event}. A test compiles
 * a C program that prints each field of this class, and compares.
 */
final class Abi {

  /** Whether structs are laid out as on x86-64, where {@code epoll_event} has no padding. */
  private static final boolean X86_64 = System.getProperty("os.arch").equals("amd64");

  private Abi() {}

  // <errno.h>
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int EBADF = 9;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EEXIST = 17;
  static final int EPIPE = 32;
  static final int ENOSYS = 38;
  static final int EPROTO = 71;
  static final int EAFNOSUPPORT = 97;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;
  static final int ECONNABORTED = 103;
  static final int ECONNRESET = 104;
  static final int ENOTCONN = 107;
  static final int ETIMEDOUT = 110;
  static final int ECONNREFUSED = 111;
  static final int EHOSTUNREACH = 113;
  static final int EINPROGRESS = 115;

  // <fcntl.h>
  static final int F_GETFL = 3;
  static final int F_SETFL = 4;
  static final int O_ACCMODE = 3;
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;

  // <sys/socket.h>
  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_STREAM = 1;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_REUSEADDR = 2;
  static final int SO_ERROR = 4;
  static final int SO_REUSEPORT = 15;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int SHUT_WR = 1;

  // <netinet/in.h>, <netinet/tcp.h>
  static final int IPPROTO_TCP = 6;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_V6ONLY = 26;
  static final int TCP_NODELAY = 1;

  static final int SIZEOF_SOCKADDR_STORAGE = 128;
  static final int SIZEOF_SOCKADDR_IN = 16;
  static final int OFFSETOF_SOCKADDR_IN__SIN_PORT = 2;
  static final int OFFSETOF_SOCKADDR_IN__SIN_ADDR = 4;
  static final int SIZEOF_SOCKADDR_IN6 = 28;
  static final int OFFSETOF_SOCKADDR_IN6__SIN6_PORT = 2;
  static final int OFFSETOF_SOCKADDR_IN6__SIN6_ADDR = 8;
  static final int OFFSETOF_SOCKADDR_IN6__SIN6_SCOPE_ID = 24;

  // <sys/un.h>
  static final int SIZEOF_SOCKADDR_UN = 110;
  static final int OFFSETOF_SOCKADDR_UN__SUN_PATH = 2;

  // <sys/uio.h>
  static final int SIZEOF_IOVEC = 16;
  static final int OFFSETOF_IOVEC__IOV_BASE = 0;
  static final int OFFSETOF_IOVEC__IOV_LEN = 8;
  static final int SIZEOF_MSGHDR = 56;
  static final int OFFSETOF_MSGHDR__MSG_IOV = 16;
  static final int OFFSETOF_MSGHDR__MSG_IOVLEN = 24;

  // <sys/epoll.h>
  static final int EPOLL_CLOEXEC = 0x80000;
  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_DEL = 2;
  static final int EPOLL_CTL_MOD = 3;
  static final int EPOLLIN = 0x001;
  static final int EPOLLOUT = 0x004;
  static final int EPOLLERR = 0x008;
  static final int EPOLLHUP = 0x010;
  static final int EPOLLET = 1 << 31;

  static final int SIZEOF_EPOLL_EVENT = X86_64 ? 12 : 16;
  static final int OFFSETOF_EPOLL_EVENT__EVENTS = 0;
  static final int OFFSETOF_EPOLL_EVENT__DATA = X86_64 ? 4 : 8;

  // <sys/eventfd.h>
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;

  // <time.h>
  static final int SIZEOF_TIMESPEC = 16;
  static final int OFFSETOF_TIMESPEC__TV_SEC = 0;
  static final int OFFSETOF_TIMESPEC__TV_NSEC = 8;
}
