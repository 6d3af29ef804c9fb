// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

/** The types and words that streams, servers and users look at. */
class ErrnoTest {

  @Test
  void aResetSaysSoWhicheverWayTheBytesGo() {
    assertThat(Errno.ofRead(Abi.ECONNRESET))
        .isInstanceOf(SocketException.class)
        .hasMessage("Connection reset");
    assertThat(Errno.ofWrite(Abi.ECONNRESET)).hasMessageContaining("reset");
    assertThat(Errno.ofWrite(Abi.EPIPE)).hasMessage("Broken pipe");
  }

  @Test
  void typesAreThoseOfTheJdk() {
    assertThat(Errno.ofSocket(Abi.EADDRINUSE))
        .isInstanceOf(BindException.class)
        .hasMessage("Address already in use");
    assertThat(Errno.ofSocket(Abi.EACCES)).isInstanceOf(BindException.class);
    assertThat(Errno.ofSocket(Abi.ETIMEDOUT)).isInstanceOf(ConnectException.class);
    assertThat(Errno.ofSocket(Abi.EHOSTUNREACH)).isInstanceOf(NoRouteToHostException.class);
    assertThat(Errno.ofSocket(Abi.EBADF)).isExactlyInstanceOf(SocketException.class);
  }

  @Test
  void aFailureToConnectSaysWhereToAndKeepsTheCause() {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 7);
    assertThat(Errno.ofConnect(Abi.ECONNREFUSED, address))
        .hasMessage("Connection refused: " + address)
        .hasCauseInstanceOf(ConnectException.class);
    assertThat(Errno.ofConnect(Abi.EHOSTUNREACH, address))
        .hasMessageContaining(address.toString())
        .hasCauseInstanceOf(NoRouteToHostException.class);
    assertThat(Errno.ofBind(Abi.EADDRINUSE, address))
        .hasMessage("Address already in use: " + address)
        .hasCauseInstanceOf(BindException.class);
  }

  @Test
  void anUnknownNumberStillHasWords() {
    assertThat(Errno.message(4095)).contains("4095");
    assertThat(Errno.ofCall("epoll_wait", Abi.EBADF)).hasMessage("epoll_wait: Bad file descriptor");
  }
}
