// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import whirlwind.testing.SocketContract;

class UringTcpTransportTest extends SocketContract {

  UringTcpTransportTest() {
    super(new UringProvider());
  }

  @Override
  protected SocketAddress freshAddress() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
