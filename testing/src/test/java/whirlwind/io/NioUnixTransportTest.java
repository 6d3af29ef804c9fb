// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.testing.SocketContract;

class NioUnixTransportTest extends SocketContract {

  @TempDir private Path directory;
  private int addresses;

  NioUnixTransportTest() {
    super(new NioProvider());
  }

  @Override
  protected SocketAddress freshAddress() {
    return UnixDomainSocketAddress.of(directory.resolve("s" + addresses++));
  }
}
