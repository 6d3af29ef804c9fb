// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Outcome;
import whirlwind.future.Promise;
import whirlwind.io.ListenOptions;
import whirlwind.io.Listener;
import whirlwind.loop.IOLoop;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamLimits;

/**
 * Whirlwind's echo server without any coroutine for a connection: it accepts by itself, reads, then
 * writes, then reads, all by callbacks.
 */
final class WhirlwindCallbackEcho {
  private static final ListenOptions LISTEN = ListenOptions.defaults().withBacklog(Echo.BACKLOG);

  private final IOLoop loop = IOLoop.current();

  private WhirlwindCallbackEcho() {}

  static void main() {
    IOLoop.run(
        () -> {
          new WhirlwindCallbackEcho().listen();
          return new Promise<@Nullable Void>().await(); // for ever
        });
  }

  private void listen() throws IOException {
    var io = loop.io();
    var listener = io.provider().listen(io.poller(), Echo.anyPort(), LISTEN);
    listener.attach(_ -> acceptAll(listener));
    listener.accepting(true);
    Echo.ready(((InetSocketAddress) listener.localAddress()).getPort());
  }

  private void acceptAll(Listener listener) {
    try {
      for (var next = listener.accept(); next != null; next = listener.accept()) {
        var stream = new IOStream(loop, next, StreamLimits.defaults());
        stream.setNodelay(true);
        read(stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("accepting on " + listener, e);
    }
  }

  private static void read(IOStream stream) {
    stream.readPartial(Echo.READ_SIZE).onComplete(outcome -> write(stream, outcome));
  }

  private static void write(IOStream stream, Outcome<byte[]> read) {
    if (read instanceof Outcome.Success(var bytes)) {
      stream.write(bytes).onComplete(written -> next(stream, written));
    }
  }

  private static void next(IOStream stream, Outcome<@Nullable Void> written) {
    if (written instanceof Outcome.Success<@Nullable Void>) {
      read(stream);
    }
  }
}
