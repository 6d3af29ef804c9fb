// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import whirlwind.loop.IOLoop;

/** A look-up that blocks its thread until the test gives the answer. */
final class ScriptedLookup implements ThreadedResolver.Lookup, AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  /** What it was asked for, and by which threads. */
  final List<String> asked = new CopyOnWriteArrayList<>();

  final List<Thread> threads = new CopyOnWriteArrayList<>();

  private volatile boolean closed;
  private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<List<InetAddress>>> answers =
      new ConcurrentHashMap<>();

  @Override
  public List<InetAddress> lookup(String host) throws UnknownHostException {
    asked.add(host);
    threads.add(Thread.currentThread());
    begun.add(host);
    var pending = answer(host);
    if (closed) {
      pending.complete(List.of()); // it came too late for close()
    }
    var answer = pending.join();
    if (answer.isEmpty() && host.endsWith(".invalid")) {
      throw new UnknownHostException(host + ": Name or service not known");
    }
    return answer;
  }

  private CompletableFuture<List<InetAddress>> answer(String host) {
    return answers.computeIfAbsent(host, _ -> new CompletableFuture<>());
  }

  /**
   * Answers all questions for {@code host}, now and later; nothing, for an {@code .invalid} one.
   */
  ScriptedLookup found(String host, String... addresses) {
    answer(host).complete(List.of(addresses).stream().map(InetAddress::ofLiteral).toList());
    return this;
  }

  /** Fails as no look-up should. */
  void broken(String host, RuntimeException bug) {
    answer(host).completeExceptionally(bug);
  }

  /** Lets go of the threads that still wait: the process has few of them. */
  @Override
  public void close() {
    closed = true;
    answers.values().forEach(answer -> answer.complete(List.of()));
  }

  /** Waits, without keeping the loop, until so many look-ups are on their threads. */
  void awaitBegun(int count) {
    IOLoop.current()
        .runInExecutor(
            () -> {
              for (int i = 0; i < count; i++) {
                assertThat(begun.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isNotNull();
              }
              return null;
            })
        .await();
  }

  /** Waits until no thread has to do with any look-up. */
  void awaitThreadsAreDone() {
    IOLoop.current()
        .runInExecutor(
            () -> {
              while (threads.stream().anyMatch(ScriptedLookup::isAtWork)) {
                Thread.onSpinWait();
              }
              return null;
            })
        .await();
  }

  private static boolean isAtWork(Thread thread) {
    return Stream.of(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().startsWith("whirlwind."));
  }
}
