// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.SocketException;

/**
 * Says in exceptions what the kernel says in numbers: the types and the words that {@code java.nio}
 * has for the same number, since the rest of the world looks at them.
 */
final class Errno {
  private static final MemorySegment STRERROR = Downcall.function("strerror");
  private static final MemorySegment IGNORED = Arena.global().allocate(Integer.BYTES);

  private Errno() {}

  /** In words, as {@code strerror} has them. */
  static String message(int errno) {
    return Downcall.stringAt(Downcall.call(STRERROR, IGNORED, errno, 0, 0, 0, 0, 0));
  }

  /** A failure of a call that is about no connection; says which call. */
  static IOException ofCall(String call, int errno) {
    return new IOException(call + ": " + message(errno));
  }

  /** A failure to read. */
  static IOException ofRead(int errno) {
    return errno == Abi.ECONNRESET
        ? new SocketException("Connection reset")
        : new IOException(message(errno));
  }

  /** A failure to write. */
  static IOException ofWrite(int errno) {
    return new IOException(message(errno));
  }

  /** A failure to open, bind, configure or accept. */
  static SocketException ofSocket(int errno) {
    String message = message(errno);
    return switch (errno) {
      case Abi.ECONNREFUSED, Abi.ETIMEDOUT, Abi.ENOTCONN -> new ConnectException(message);
      case Abi.EHOSTUNREACH -> new NoRouteToHostException(message);
      case Abi.EADDRINUSE, Abi.EADDRNOTAVAIL, Abi.EACCES -> new BindException(message);
      default -> new SocketException(message);
    };
  }

  /** A failure to bind the near end of a connection; says what to. */
  static BindException ofBind(int errno, SocketAddress local) {
    var failure = new BindException(message(errno) + ": " + local);
    failure.initCause(ofSocket(errno));
    return failure;
  }

  /** A failure to connect, now or later; says where to. */
  static ConnectException ofConnect(int errno, SocketAddress address) {
    var cause = errno == Abi.EPROTO ? new ProtocolException(message(errno)) : ofSocket(errno);
    var failure = new ConnectException(cause.getMessage() + ": " + address);
    failure.initCause(cause);
    return failure;
  }
}
