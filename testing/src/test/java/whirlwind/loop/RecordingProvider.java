// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import whirlwind.io.IoProvider;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.NioProvider;
import whirlwind.io.PollKey;
import whirlwind.io.PollSource;
import whirlwind.io.Poller;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/** The nio provider, with a note of what its pollers are asked to do. */
final class RecordingProvider implements IoProvider {
  private final IoProvider nio = new NioProvider();

  /** The time-out of each poll, in nanoseconds. */
  final List<Long> polls = new CopyOnWriteArrayList<>();

  final AtomicInteger opened = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger wakeups = new AtomicInteger();
  volatile String unavailableBecause;

  @Override
  public String name() {
    return "recording";
  }

  @Override
  public String unavailableBecause() {
    return unavailableBecause;
  }

  @Override
  public Poller openPoller() throws IOException {
    opened.incrementAndGet();
    return new RecordingPoller(nio.openPoller());
  }

  @Override
  public Transport connect(Poller poller, SocketAddress address, @Nullable SocketAddress local)
      throws IOException {
    return nio.connect(poller, address, local);
  }

  @Override
  public Transport adopt(Poller poller, SocketChannel channel) throws IOException {
    return nio.adopt(poller, channel);
  }

  @Override
  public Listener listen(Poller poller, SocketAddress address, ListenOptions options)
      throws IOException {
    return nio.listen(poller, address, options);
  }

  private final class RecordingPoller implements Poller {
    private final Poller poller;

    RecordingPoller(Poller poller) {
      this.poller = poller;
    }

    @Override
    public PollKey register(PollSource source, int events, ReadyHandler handler)
        throws IOException {
      return poller.register(source, events, handler);
    }

    @Override
    public int poll(long timeoutNanos) throws IOException {
      polls.add(timeoutNanos);
      return poller.poll(timeoutNanos);
    }

    @Override
    public void wakeup() {
      wakeups.incrementAndGet();
      poller.wakeup();
    }

    @Override
    public void close() throws IOException {
      closed.incrementAndGet();
      poller.close();
    }
  }
}
