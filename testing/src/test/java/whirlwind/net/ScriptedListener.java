// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.IoProvider;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.NioProvider;
import whirlwind.io.Poller;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.testing.ManualClock;
import whirlwind.testing.MemoryTransport;

/** A listener that gives what its test puts in, when the test says so; a provider makes it. */
final class ScriptedListener implements Listener {
  static final InetSocketAddress HERE = new InetSocketAddress("127.0.0.1", 1);

  private final Deque<Transport> backlog = new ArrayDeque<>();
  private @Nullable IOException failure;
  private @Nullable IOException attachFailure;
  private @Nullable ReadyHandler handler;
  private boolean accepting;
  private boolean closed;
  private int calls;

  /** Runs {@code body} in a loop whose only listener this is; time moves by itself. */
  void run(Callable<@Nullable Void> body) {
    run(LoopOptions.defaults(), body);
  }

  /** The same with other options. */
  void run(LoopOptions options, Callable<@Nullable Void> body) {
    IOLoop.run(options.withProvider(new Provider(this)).withClock(new ManualClock()), body);
  }

  /** A connection waits; the end of the client. */
  MemoryTransport connect() {
    var ends = MemoryTransport.pair(IOLoop.current(), 100);
    backlog.add(new Accepted(ends.near(), null));
    return ends.far();
  }

  /** A connection waits whose client has gone already, so that it has no address any more. */
  void connectGone() {
    backlog.add(MemoryTransport.pair(IOLoop.current(), 100).near());
  }

  /** A connection waits that cannot be used. */
  void connectBroken(IOException attachFailure) {
    var ends = MemoryTransport.pair(IOLoop.current(), 100);
    backlog.add(new Accepted(ends.near(), attachFailure));
  }

  /** Makes attaching fail; null makes it work. */
  void failAttach(@Nullable IOException cause) {
    attachFailure = cause;
  }

  /** Makes accepting fail from now on; null makes it work. */
  void fail(@Nullable IOException cause) {
    failure = cause;
  }

  /** One event, as a level-triggered poller would tell it. */
  void ready() {
    if (handler != null && accepting && !backlog.isEmpty()) {
      handler.ready(Interest.READ);
    }
  }

  /** How many connections wait. */
  int waiting() {
    return backlog.size();
  }

  /** How often it was asked for a connection. */
  int calls() {
    return calls;
  }

  boolean accepting() {
    return accepting;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    if (attachFailure != null) {
      throw attachFailure;
    }
    this.handler = handler;
  }

  @Override
  public void accepting(boolean on) {
    accepting = on;
  }

  @Override
  public @Nullable Transport accept() throws IOException {
    if (++calls > 100_000) {
      throw new AssertionError("asked for ever");
    }
    if (failure != null) {
      throw failure;
    }
    return backlog.poll();
  }

  @Override
  public SocketAddress localAddress() {
    return HERE;
  }

  @Override
  public void close() {
    closed = true;
    accepting = false;
  }

  /** A transport in memory that has addresses. */
  private record Accepted(Transport memory, @Nullable IOException attachFailure)
      implements Transport {
    @Override
    public void attach(ReadyHandler handler) throws IOException {
      if (attachFailure != null) {
        throw attachFailure;
      }
      memory.attach(handler);
    }

    @Override
    public void interest(int mask) {
      memory.interest(mask);
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
      return memory.read(dst);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
      return memory.write(src);
    }

    @Override
    public void shutdownOutput() throws IOException {
      memory.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
      memory.close();
    }

    @Override
    public SocketAddress remoteAddress() {
      return HERE;
    }
  }

  private record Provider(ScriptedListener listener, IoProvider nio) implements IoProvider {
    Provider(ScriptedListener listener) {
      this(listener, new NioProvider());
    }

    @Override
    public String name() {
      return "script";
    }

    @Override
    public @Nullable String unavailableBecause() {
      return null;
    }

    @Override
    public Poller openPoller() throws IOException {
      return nio.openPoller();
    }

    @Override
    public Transport connect(Poller poller, SocketAddress address, @Nullable SocketAddress local) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Transport adopt(Poller poller, SocketChannel channel) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Listener listen(Poller poller, SocketAddress address, ListenOptions options) {
      return listener;
    }
  }
}
