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
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EEXIST = 17;
  static final int EINVAL = 22;
  static final int EPIPE = 32;
  static final int ENOSYS = 38;
  static final int ETIME = 62;
  static final int EPROTO = 71;
  static final int EAFNOSUPPORT = 97;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;
  static final int ECONNABORTED = 103;
  static final int ECONNRESET = 104;
  static final int ENOBUFS = 105;
  static final int ENOTCONN = 107;
  static final int ETIMEDOUT = 110;
  static final int ECONNREFUSED = 111;
  static final int EHOSTUNREACH = 113;
  static final int EINPROGRESS = 115;
  static final int ECANCELED = 125;

  // <fcntl.h>
  static final int F_GETFL = 3;
  static final int F_SETFL = 4;
  static final int O_ACCMODE = 3;
  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;

  static final int AT_EMPTY_PATH = 0x1000;

  // <sys/stat.h>
  static final int S_IFMT = 0xF000;
  static final int S_IFDIR = 0x4000;
  static final int S_IFREG = 0x8000;
  static final int STATX_TYPE = 1;
  static final int SIZEOF_STATX = 256;
  static final int OFFSETOF_STATX__STX_MODE = 28;

  // <sys/mman.h>
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 1;
  static final int MAP_PRIVATE = 2;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MAP_POPULATE = 0x8000;

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
  static final int SO_LINGER = 13;
  static final int SO_REUSEPORT = 15;
  static final int SO_MEMINFO = 55;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_WAITALL = 0x100;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int SHUT_RD = 0;
  static final int SHUT_WR = 1;

  // <linux/sock_diag.h>
  static final int SK_MEMINFO_WMEM_ALLOC = 2;
  static final int SK_MEMINFO_SNDBUF = 3;
  static final int SK_MEMINFO_WMEM_QUEUED = 5;
  static final int SK_MEMINFO_VARS = 9;

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

  // <sys/syscall.h>, <linux/io_uring.h>
  static final int SYS_IO_URING_SETUP = 425;
  static final int SYS_IO_URING_ENTER = 426;
  static final int SYS_IO_URING_REGISTER = 427;
  static final int IORING_SETUP_CQSIZE = 1 << 3;
  static final int IORING_SETUP_CLAMP = 1 << 4;
  static final int IORING_SETUP_R_DISABLED = 1 << 6;
  static final int IORING_SETUP_SUBMIT_ALL = 1 << 7;
  static final int IORING_SETUP_COOP_TASKRUN = 1 << 8;
  static final int IORING_SETUP_SINGLE_ISSUER = 1 << 12;
  static final int IORING_SETUP_DEFER_TASKRUN = 1 << 13;
  static final int IORING_FEAT_SINGLE_MMAP = 1;
  static final int IORING_FEAT_NODROP = 1 << 1;
  static final int IORING_FEAT_EXT_ARG = 1 << 8;
  static final int IORING_FEAT_CQE_SKIP = 1 << 11;
  static final int IORING_OFF_SQ_RING = 0;
  static final int IORING_OFF_SQES = 0x10000000;
  static final int IORING_ENTER_GETEVENTS = 1;
  static final int IORING_ENTER_EXT_ARG = 1 << 3;
  static final int IORING_OP_NOP = 0;
  static final int IORING_OP_POLL_ADD = 6;
  static final int IORING_OP_POLL_REMOVE = 7;
  static final int IORING_OP_ASYNC_CANCEL = 14;
  static final int IORING_OP_SEND = 26;
  static final int IORING_OP_RECV = 27;
  static final int IORING_OP_SEND_ZC = 47;
  static final int IORING_OP_SENDMSG_ZC = 48;
  static final int IORING_POLL_ADD_MULTI = 1;
  static final int IORING_RECV_MULTISHOT = 1 << 1;
  static final int IORING_SQ_CQ_OVERFLOW = 1 << 1;
  static final int IORING_REGISTER_FILES = 2;
  static final int IORING_REGISTER_PROBE = 8;
  static final int IORING_REGISTER_ENABLE_RINGS = 12;
  static final int IORING_REGISTER_PBUF_RING = 22;
  static final int IO_URING_OP_SUPPORTED = 1;
  static final int IOSQE_BUFFER_SELECT = 1 << 5;
  static final int IOSQE_CQE_SKIP_SUCCESS = 1 << 6;
  static final int IORING_CQE_F_BUFFER = 1;
  static final int IORING_CQE_F_MORE = 1 << 1;
  static final int IORING_CQE_BUFFER_SHIFT = 16;

  static final int SIZEOF_IO_URING_PARAMS = 120;
  static final int OFFSETOF_IO_URING_PARAMS__SQ_ENTRIES = 0;
  static final int OFFSETOF_IO_URING_PARAMS__CQ_ENTRIES = 4;
  static final int OFFSETOF_IO_URING_PARAMS__FLAGS = 8;
  static final int OFFSETOF_IO_URING_PARAMS__FEATURES = 20;
  static final int OFFSETOF_IO_URING_PARAMS__SQ_OFF = 40;
  static final int OFFSETOF_IO_URING_PARAMS__CQ_OFF = 80;
  static final int OFFSETOF_IO_SQRING_OFFSETS__HEAD = 0;
  static final int OFFSETOF_IO_SQRING_OFFSETS__TAIL = 4;
  static final int OFFSETOF_IO_SQRING_OFFSETS__RING_MASK = 8;
  static final int OFFSETOF_IO_SQRING_OFFSETS__FLAGS = 16;
  static final int OFFSETOF_IO_SQRING_OFFSETS__ARRAY = 24;
  static final int OFFSETOF_IO_CQRING_OFFSETS__HEAD = 0;
  static final int OFFSETOF_IO_CQRING_OFFSETS__TAIL = 4;
  static final int OFFSETOF_IO_CQRING_OFFSETS__RING_MASK = 8;
  static final int OFFSETOF_IO_CQRING_OFFSETS__CQES = 20;
  static final int SIZEOF_IO_URING_SQE = 64;
  static final int OFFSETOF_IO_URING_SQE__OPCODE = 0;
  static final int OFFSETOF_IO_URING_SQE__FLAGS = 1;
  static final int OFFSETOF_IO_URING_SQE__IOPRIO = 2;
  static final int OFFSETOF_IO_URING_SQE__FD = 4;
  static final int OFFSETOF_IO_URING_SQE__ADDR = 16;
  static final int OFFSETOF_IO_URING_SQE__LEN = 24;
  static final int OFFSETOF_IO_URING_SQE__MSG_FLAGS = 28;
  static final int OFFSETOF_IO_URING_SQE__POLL32_EVENTS = 28;
  static final int OFFSETOF_IO_URING_SQE__USER_DATA = 32;
  static final int OFFSETOF_IO_URING_SQE__BUF_GROUP = 40;
  static final int SIZEOF_IO_URING_CQE = 16;
  static final int OFFSETOF_IO_URING_CQE__USER_DATA = 0;
  static final int OFFSETOF_IO_URING_CQE__RES = 8;
  static final int OFFSETOF_IO_URING_CQE__FLAGS = 12;
  static final int SIZEOF_IO_URING_PROBE = 16;
  static final int SIZEOF_IO_URING_PROBE_OP = 8;
  static final int OFFSETOF_IO_URING_PROBE_OP__FLAGS = 2;
  static final int SIZEOF_IO_URING_BUF_REG = 40;
  static final int OFFSETOF_IO_URING_BUF_REG__RING_ADDR = 0;
  static final int OFFSETOF_IO_URING_BUF_REG__RING_ENTRIES = 8;
  static final int OFFSETOF_IO_URING_BUF_REG__BGID = 12;
  static final int SIZEOF_IO_URING_BUF = 16;
  static final int OFFSETOF_IO_URING_BUF__ADDR = 0;
  static final int OFFSETOF_IO_URING_BUF__LEN = 8;
  static final int OFFSETOF_IO_URING_BUF__BID = 12;
  static final int OFFSETOF_IO_URING_BUF_RING__TAIL = 14;
  static final int SIZEOF_IO_URING_GETEVENTS_ARG = 24;
  static final int OFFSETOF_IO_URING_GETEVENTS_ARG__TS = 16;

  // <poll.h>
  static final int OFFSETOF_POLLFD__FD = 0;
  static final int OFFSETOF_POLLFD__EVENTS = 4;

  // <sys/eventfd.h>
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;

  // <time.h>
  static final int SIZEOF_TIMESPEC = 16;
  static final int OFFSETOF_TIMESPEC__TV_SEC = 0;
  static final int OFFSETOF_TIMESPEC__TV_NSEC = 8;
}
