// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.MemoryTransport;

/** A chat server whose guests come in through memory: nothing moves but what the loop moves. */
final class House implements AutoCloseable {
  final ChatServer server;
  private final IOLoop loop = IOLoop.current();
  private final Map<Guest, Task<?>> served = new LinkedHashMap<>();

  House() {
    this(ChatOptions.DEFAULTS);
  }

  House(ChatOptions options) {
    server = new ChatServer(options);
  }

  /** Somebody who has heard the greeting and goes by that name. */
  Guest guest(String name) {
    var guest = stranger(1 << 16);
    guest.says("/nick " + name);
    guest.hearsUntil(".* is now " + name);
    return guest;
  }

  /** Somebody who has just connected; the connection holds so many bytes that he has not read. */
  Guest stranger(int capacityBytes) {
    var ends = MemoryTransport.pair(loop, capacityBytes);
    var stream = new IOStream(loop, ends.near(), StreamLimits.defaults());
    var guest = new Guest(new IOStream(loop, ends.far(), StreamLimits.defaults()));
    served.put(guest, loop.spawn("connection", () -> serve(stream)));
    return guest;
  }

  /** As {@code TCPServer} does. */
  private @Nullable Void serve(IOStream stream) {
    try {
      server.serve(stream);
    } catch (StreamClosedException _) {
      // he went away
    } finally {
      stream.close();
    }
    return null;
  }

  /** Waits until the server is through with a guest. */
  void awaitEndOf(Guest guest) {
    served.get(guest).await();
  }

  /** Sends all guests away and waits for their coroutines. */
  @Override
  public void close() {
    served.keySet().forEach(guest -> guest.stream.close());
    served.values().forEach(Task::await);
  }
}
