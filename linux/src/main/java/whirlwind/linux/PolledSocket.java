// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import whirlwind.io.Interest;
import whirlwind.io.ReadyHandler;

/** A socket that is read by a call, once the kernel says that there is something. */
final class PolledSocket implements WatchedSocket {
  private final LinuxPoller poller;
  private final int fd;
  private final Registration registration;

  PolledSocket(LinuxPoller poller, int fd, int wanted, ReadyHandler handler) throws IOException {
    this.poller = poller;
    this.fd = fd;
    // Of a connection the kernel is told that reading is wanted, as that comes next.
    int told = (wanted & Interest.WRITE) != 0 ? Abi.EPOLLOUT : Abi.EPOLLIN;
    registration = poller.register(fd, wanted, told, handler);
  }

  @Override
  public void interest(int mask) {
    registration.interest(mask);
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return poller.socketBytes().read(fd, dst);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return poller.socketBytes().write(fd, src);
  }

  @Override
  public long write(ByteBuffer[] srcs) throws IOException {
    return poller.socketBytes().write(fd, srcs);
  }

  @Override
  public int shutdownOutput() {
    return poller.kernel().sockets.shutdownOutput(fd);
  }

  @Override
  public void close() throws IOException {
    poller.close(fd, registration);
  }
}
