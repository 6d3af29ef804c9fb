// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import whirlwind.io.Poller;

/** The same, over io_uring. */
class UringPollerTest extends EpollPollerTest {

  @Override
  protected Poller openPoller() throws IOException {
    return LinuxPoller.uring();
  }

  @Override
  protected String waitingMethod() {
    return "submitAndWait";
  }
}
