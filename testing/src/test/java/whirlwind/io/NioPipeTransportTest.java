// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import whirlwind.testing.DuplexTransport;
import whirlwind.testing.TransportContract;

/** Two pipes, one each way. */
class NioPipeTransportTest extends TransportContract {
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final NioProvider provider = new NioProvider();
  private final Poller poller;

  NioPipeTransportTest() throws IOException {
    poller = provider.openPoller();
  }

  @AfterEach
  void closePoller() throws Exception {
    poller.close();
  }

  @Override
  protected Ends connect() throws IOException {
    var there = Pipe.open();
    var back = Pipe.open();
    return new Ends(duplex(back, there), duplex(there, back));
  }

  private Transport duplex(Pipe in, Pipe out) throws IOException {
    return new DuplexTransport(
        provider.adopt(poller, in.source()), provider.adopt(poller, out.sink()));
  }

  @Override
  protected void turn() throws IOException {
    poller.poll(TURN_NANOS);
  }

  @Override
  protected @Nullable Doomed doomed() {
    return null;
  }

  @Override
  protected @Nullable Transport refused() {
    return null;
  }

  @Override
  protected boolean hasAddresses() {
    return false;
  }
}
