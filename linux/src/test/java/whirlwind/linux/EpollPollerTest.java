// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import whirlwind.io.PollSource;
import whirlwind.io.Poller;
import whirlwind.testing.PollerContract;

class EpollPollerTest extends PollerContract {

  @Override
  protected Poller openPoller() throws IOException {
    return LinuxPoller.epoll();
  }

  @Override
  protected WatchedPipe openPipe() {
    return new DescriptorPipe(NativePair.pipe());
  }

  private record DescriptorPipe(NativePair pair) implements WatchedPipe {
    @Override
    public PollSource source() {
      return new PollSource.Descriptor(pair.near());
    }

    @Override
    public PollSource sink() {
      return new PollSource.Descriptor(pair.far());
    }

    @Override
    public void write() {
      pair.send();
    }

    @Override
    public void read() {
      pair.read();
    }

    @Override
    public void closeSource() {
      pair.closeNear();
    }

    @Override
    public void closeSink() {
      pair.closeFar();
    }
  }

  @Override
  protected String waitingMethod() {
    return "awaitMillis";
  }
}
