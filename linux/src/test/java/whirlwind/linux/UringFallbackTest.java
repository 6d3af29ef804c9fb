// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import whirlwind.testing.SocketContract;

/** The sockets of a kernel whose ring can wait, and not receive. */
class UringFallbackTest extends SocketContract {

  UringFallbackTest() {
    super(new WaitingOnly());
  }

  private static final class WaitingOnly implements LinuxProvider {
    @Override
    public String name() {
      return "io_uring";
    }

    @Override
    public @Nullable String unavailableBecause() {
      return null;
    }

    @Override
    public LinuxPoller open() throws IOException {
      return LinuxPoller.uring(Ring.COMPLETIONS, 0);
    }
  }

  @Override
  protected SocketAddress freshAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
