// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import whirlwind.io.Poller;
import whirlwind.testing.PollerContract;

class EpollPollerTest extends PollerContract {

  @Override
  protected Poller openPoller() throws IOException {
    return new EpollPoller(true);
  }

  @Override
  protected WatchedPipe openPipe() {
    return new NativePipe();
  }

  @Override
  protected String waitingMethod() {
    return "awaitMillis";
  }
}
