// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.testing.SocketContract;

class UringUnixTransportTest extends SocketContract {

  @TempDir private Path directory;
  private int addresses;

  UringUnixTransportTest() {
    super(new UringProvider());
  }

  @Override
  protected SocketAddress freshAddress() {
    return UnixDomainSocketAddress.of(directory.resolve("s" + addresses++));
  }
}
