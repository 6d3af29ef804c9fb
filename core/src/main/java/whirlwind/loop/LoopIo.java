// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import whirlwind.coroutine.Coroutine;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.io.IoProvider;
import whirlwind.io.Poller;

/**
 * What a loop lends to streams and servers, for those who build one over a transport of their own.
 * On the loop only.
 */
public final class LoopIo {
  private final IoProvider provider;
  private final Poller poller;
  private final Map<Object, @Nullable Throwable> open = new IdentityHashMap<>();
  private final boolean trackResources;
  private final Set<Runnable> beforeClose = Collections.newSetFromMap(new IdentityHashMap<>());
  private final RunQueue queue;
  private final BufferPool directBuffers = new BufferPool(true);
  private final BufferPool heapBuffers = new BufferPool(false);
  private final MemoryBudget memory;
  private final Map<Class<?>, Object> once = new IdentityHashMap<>();
  private final Future<@Nullable Void> done;
  private final SliceBudget budget;
  private long turns;

  /** What the poller held when it was last asked. */
  private long heldByPoller;

  LoopIo(IOLoop loop, RunQueue queue, IoProvider provider, Poller poller, boolean trackResources) {
    this.done = Futures.completed(loop, null);
    this.queue = queue;
    this.budget = new SliceBudget(queue);
    this.memory = new MemoryBudget(loop, loop.options().memoryLimit());
    this.provider = provider;
    this.poller = poller;
    this.trackResources = trackResources;
  }

  /** Where sockets come from. */
  public IoProvider provider() {
    return provider;
  }

  /** The poller of this loop. */
  public Poller poller() {
    return poller;
  }

  /** Blocks outside of the heap: what the kernel and native code read from and write to. */
  public BufferPool directBuffers() {
    return directBuffers;
  }

  /** Blocks in the heap: for what works on arrays. */
  public BufferPool heapBuffers() {
    return heapBuffers;
  }

  /** What the connections of this loop hold. */
  public MemoryBudget memory() {
    return memory;
  }

  /** The loop's own instance of {@code type}, made at the first call. */
  public <T> T once(Class<T> type, Supplier<? extends T> maker) {
    return type.cast(once.computeIfAbsent(type, _ -> maker.get()));
  }

  /**
   * Runs {@code job} in a coroutine, where it may await and take locks: at once if the caller is
   * one, and else, for a handler that the poller calls, in this very turn.
   */
  public void runInCoroutine(Runnable job) {
    if (queue.mounted() != null) {
      job.run();
    } else {
      queue.addToBatch(job);
    }
  }

  /** The task that the loop runs now; null when it runs a callback, or nothing. */
  public @Nullable Task<?> task() {
    return queue.mounted() instanceof Coroutine running && running.owner() instanceof Task<?> task
        ? task
        : null;
  }

  /**
   * How many turns the loop has taken so far. Two equal answers mean that it has learnt nothing new
   * of its sockets in between, and that other work has not had its turn.
   */
  public long turns() {
    return turns;
  }

  void countTurn() {
    turns++;
  }

  /**
   * Before each poll, and when the loop stops: so often is enough for what only grows in a poll.
   */
  void countMemoryOfPoller() {
    long now = poller.heldBytes();
    if (now != heldByPoller) {
      memory.add(now - heldByPoller);
      heldByPoller = now;
    }
  }

  /** A future that is done, for operations that are done at once and result in nothing. */
  public Future<@Nullable Void> done() {
    return done;
  }

  /** What may still be done at once for whoever runs now. */
  public SliceBudget budget() {
    return budget;
  }

  /**
   * Notes that {@code resource} must be closed some day. If it is a {@link BufferHolder}, dumps
   * show its bytes.
   */
  public void opened(Object resource) {
    open.put(resource, trackResources ? new Throwable("opened here") : null);
  }

  /** Notes that {@code resource} is closed. */
  public void closed(Object resource) {
    open.remove(resource);
  }

  /**
   * Makes sure that {@code end} runs when the loop closes: after its tasks have ended, before its
   * poller closes. For what must not outlive the loop, and which the poller does not know of.
   */
  public void beforeClose(Runnable end) {
    beforeClose.add(end);
  }

  /** What {@code end} was for has ended by itself. */
  public void notBeforeClose(Runnable end) {
    beforeClose.remove(end);
  }

  void runBeforeClose() {
    List.copyOf(beforeClose).forEach(Runnable::run);
    beforeClose.clear();
  }

  /** What is open, with the place that opened it, which is null unless resources are tracked. */
  public Map<Object, @Nullable Throwable> open() {
    return Collections.unmodifiableMap(open);
  }
}
