// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.io.Interest;
import whirlwind.io.IoProvider;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.io.NioProvider;
import whirlwind.io.Poller;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;
import whirlwind.loop.Clock;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.Timeout;
import whirlwind.testing.ManualClock;

/**
 * A network whose addresses answer as the test has told them, a provider makes its connections; and
 * a loop that has no other. Unless told otherwise an address is silent.
 */
final class ScriptedNetwork implements IoProvider {

  /** What an address does with a connection. */
  sealed interface Reply {
    /** Takes it, after that time. */
    record Accept(Duration after) implements Reply {}

    /** Refuses it, after that time. */
    record Refuse(Duration after) implements Reply {}

    /** Refuses it within the call. */
    record RefuseAtOnce() implements Reply {}

    /** Throws within the call what only a provider with a bug does. */
    record Throw(RuntimeException bug) implements Reply {}

    /** Nothing. */
    record Silence() implements Reply {}
  }

  private final IoProvider nio = new NioProvider();
  private final IdleClock clock = new IdleClock();
  private final Map<SocketAddress, Reply> replies = new HashMap<>();
  private final List<Connection> connections = new ArrayList<>();

  /** Runs {@code body} in a loop on this network; time moves by itself and begins at zero. */
  void run(Callable<@Nullable Void> body) {
    IOLoop.run(
        LoopOptions.defaults().withProvider(this).withClock(clock).withTrackResources(true), body);
  }

  void reply(SocketAddress address, Reply reply) {
    replies.put(address, reply);
  }

  /** All that were ever started, in this order. */
  List<Connection> connections() {
    return connections;
  }

  /** Where connections were started, and when: {@code 10.0.0.1 at 250 ms}. */
  List<String> starts() {
    return connections.stream()
        .map(each -> each.host() + " at " + Futures.inWords(each.startedAt))
        .toList();
  }

  /** The hosts whose connections are not closed. */
  List<String> open() {
    return connections.stream().filter(each -> !each.closed).map(Connection::host).toList();
  }

  Duration now() {
    return Duration.ofNanos(clock.nanoTime());
  }

  /** Whether the loop, once it has nothing to do, has no timer and no task but the caller's. */
  boolean nothingIsLeft() {
    var loop = IOLoop.current();
    return clock.nanosToFirstTimer() < 0 && loop.tasks().size() == 1 && loop.io().open().isEmpty();
  }

  // ---------------------------------------------------------------- the provider

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
  public Transport connect(Poller poller, SocketAddress address, @Nullable SocketAddress local)
      throws IOException {
    var connection = new Connection(address, local, now());
    connections.add(connection);
    switch (replies.getOrDefault(address, new Reply.Silence())) {
      case Reply.Accept(var after) -> connection.later(after, Interest.WRITE);
      case Reply.Refuse(var after) -> connection.later(after, Interest.ERROR);
      case Reply.RefuseAtOnce _ -> {
        connection.closed = true;
        throw refusal(address);
      }
      case Reply.Throw(var bug) -> {
        connection.closed = true;
        throw bug;
      }
      case Reply.Silence _ -> {}
    }
    return connection;
  }

  static IOException refusal(SocketAddress address) {
    return new ConnectException("Connection refused: " + address);
  }

  @Override
  public Transport adopt(Poller poller, SocketChannel channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Listener listen(Poller poller, SocketAddress address, ListenOptions options) {
    throw new UnsupportedOperationException();
  }

  /** One connection: it is ready once, and carries nothing. */
  static final class Connection implements Transport {
    final SocketAddress address;
    final @Nullable SocketAddress local;
    final Duration startedAt;
    private @Nullable Timeout reply;
    private @Nullable ReadyHandler handler;
    private boolean refused;
    private boolean closed;

    Connection(SocketAddress address, @Nullable SocketAddress local, Duration startedAt) {
      this.address = address;
      this.local = local;
      this.startedAt = startedAt;
    }

    private void later(Duration after, int events) {
      reply =
          IOLoop.current()
              .addTimeout(
                  after,
                  () -> {
                    refused = events == Interest.ERROR;
                    if (handler != null) {
                      handler.ready(events);
                    }
                  });
    }

    String host() {
      return address instanceof InetSocketAddress inet
          ? inet.getAddress().getHostAddress()
          : address.toString();
    }

    boolean closed() {
      return closed;
    }

    @Override
    public void attach(ReadyHandler handler) {
      this.handler = handler;
    }

    @Override
    public void interest(int mask) {}

    @Override
    public int read(ByteBuffer dst) throws IOException {
      if (refused) {
        throw refusal(address);
      }
      return 0;
    }

    @Override
    public int write(ByteBuffer src) {
      return 0;
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {
      closed = true;
      if (reply != null) {
        reply.cancel();
      }
    }

    @Override
    public SocketAddress remoteAddress() {
      return address;
    }
  }

  /** A manual clock that can be asked how long its loop would sleep. */
  private static final class IdleClock implements Clock {
    private final ManualClock clock = new ManualClock();
    private @Nullable Promise<Long> asked;

    /** Negative when there is none. */
    long nanosToFirstTimer() {
      asked = new Promise<>();
      return asked.await();
    }

    @Override
    public long nanoTime() {
      return clock.nanoTime();
    }

    @Override
    public long blockFor(long nanosToDeadline, boolean jobsOutside) {
      var question = asked;
      if (question == null) {
        return clock.blockFor(nanosToDeadline, jobsOutside);
      }
      asked = null;
      question.setResult(nanosToDeadline);
      return 0;
    }
  }
}
