// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import whirlwind.future.CancelledException;
import whirlwind.future.TimeoutException;
import whirlwind.loop.Drain;
import whirlwind.loop.Task;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamClosedException;
import whirlwind.stream.StreamException;

/** One connection, from its first turn to the end of its handler; its body is what is called. */
final class Connection implements Callable<@Nullable Void>, Drain.Member {
  private static final System.Logger LOG = System.getLogger("whirlwind.net");

  private final Connections owner;
  private final IOStream stream;
  private final SocketAddress peer;
  private @Nullable Task<?> task;
  private boolean served;

  Connection(Connections owner, IOStream stream, SocketAddress peer) {
    this.owner = owner;
    this.stream = stream;
    this.peer = peer;
  }

  void start() {
    var text = peer.toString();
    // Clients of Unix-domain sockets have no names.
    var who = text.isEmpty() ? "a client of " + stream.localAddress() : text;
    task = stream.loop().spawn("connection of " + who, this);
  }

  @Override
  public String name() {
    return task == null ? "connection" : task.name();
  }

  @Override
  public @Nullable Object waitingFor() {
    return task == null ? null : task.waitingFor();
  }

  @Override
  public StackTraceElement[] stackTrace() {
    return task == null ? new StackTraceElement[0] : task.stackTrace();
  }

  boolean wasServed() {
    return served;
  }

  @Override
  public @Nullable Void call() {
    try {
      owner.opening().prologue(stream);
      served = true;
      owner.handler().handle(stream, peer);
    } catch (Throwable failure) {
      report(failure);
    } finally {
      ended();
    }
    return null;
  }

  private void report(Throwable failure) {
    if (!served && isUsualBeginning(failure)) {
      LOG.log(Level.DEBUG, "the " + name() + " ended before it was served", failure);
    } else if (!isUsualEnd(failure)) {
      LOG.log(Level.ERROR, "the handler of the " + name() + " failed", failure);
    }
  }

  /** The peer speaks something else, is too slow, or has gone: anybody can do that to a server. */
  private static boolean isUsualBeginning(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof StreamException
        || cause instanceof TimeoutException
        || cause instanceof IOException;
  }

  /**
   * The server wants to end, or the peer went away; that of some other stream is no usual end here.
   */
  private boolean isUsualEnd(Throwable failure) {
    return failure instanceof CancelledException
        || failure instanceof StreamClosedException && (stream.closed() || stream.inputEnded());
  }

  @Override
  public void cancel() {
    if (task != null) {
      task.cancel();
      task.onComplete(_ -> ended()); // for one that had not begun
    }
  }

  /** Takes the stream away, and whatever else the handler may be waiting for. */
  @Override
  public void abort() {
    stream.close();
    cancel();
  }

  private void ended() {
    stream.close();
    owner.ended(this);
  }
}
