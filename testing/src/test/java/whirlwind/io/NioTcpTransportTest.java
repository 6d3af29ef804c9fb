// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import whirlwind.testing.SocketContract;

class NioTcpTransportTest extends SocketContract {

  NioTcpTransportTest() {
    super(new NioProvider());
  }

  @Override
  protected SocketAddress freshAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
