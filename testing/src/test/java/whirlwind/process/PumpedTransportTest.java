// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import whirlwind.io.Transport;
import whirlwind.testing.DuplexTransport;
import whirlwind.testing.TransportContract;

/** Two pipes, one each way, whose four ends are carried by a thread each. */
class PumpedTransportTest extends TransportContract {
  private static final long TURN_MILLIS = 20;

  private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
  private final List<Pipe> pipes = new ArrayList<>();

  @AfterEach
  void endThreads() throws IOException {
    for (var pipe : pipes) {
      pipe.source().close();
      pipe.sink().close();
    }
  }

  @Override
  protected Ends connect() throws IOException {
    var there = open();
    var back = open();
    return new Ends(duplex(back, there), duplex(there, back));
  }

  private Pipe open() throws IOException {
    var pipe = Pipe.open();
    pipes.add(pipe);
    return pipe;
  }

  private Transport duplex(Pipe in, Pipe out) {
    return new DuplexTransport(
        PumpedInput.start(loop::add, _ -> {}, Channels.newInputStream(in.source()), "in"),
        PumpedOutput.start(loop::add, _ -> {}, Channels.newOutputStream(out.sink()), "out"));
  }

  /** What is queued now; if that is nothing, what a thread queues soon. */
  @Override
  protected void turn() throws InterruptedException {
    var batch = new ArrayList<Runnable>();
    if (loop.drainTo(batch) == 0) {
      var late = loop.poll(TURN_MILLIS, TimeUnit.MILLISECONDS);
      if (late != null) {
        batch.add(late);
      }
    }
    batch.forEach(Runnable::run);
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
