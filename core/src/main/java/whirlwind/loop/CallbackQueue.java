// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way into a loop from other threads: a linked queue of many producers and one consumer,
 * without locks. A producer swaps itself in at the tail and then links its predecessor to itself;
 * between the two the queue is not empty although nothing can be taken, which {@link #isEmpty}
 * tells truthfully.
 *
 * <p>Source: the intrusive queue that Dmitry Vyukov published as "MPSC node-based queue".
 */
final class CallbackQueue {
  private static final VarHandle TAIL;
  private static final VarHandle NEXT;

  static {
    try {
      var lookup = MethodHandles.lookup();
      TAIL = lookup.findVarHandle(CallbackQueue.class, "tail", Node.class);
      NEXT = lookup.findVarHandle(Node.class, "next", Node.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private static final class Node {
    @Nullable Runnable job;
    volatile @Nullable Node next;

    Node(@Nullable Runnable job) {
      this.job = job;
    }
  }

  /** The node taken last; the consumer's alone. */
  private Node head = new Node(null);

  private volatile Node tail = head;

  /** Adds a job. Any thread. */
  void add(Runnable job) {
    var node = new Node(job);
    var before = (Node) TAIL.getAndSet(this, node);
    NEXT.setRelease(before, node); // the swap was a full fence, as the sleep protocol needs
  }

  /** Whether no producer has begun to add anything that was not taken. The consumer. */
  boolean isEmpty() {
    return head == tail;
  }

  /** Takes what is linked, in order. The consumer. */
  void drainTo(Consumer<? super Runnable> sink) {
    var last = head;
    try {
      for (var node = last.next; node != null; node = node.next) {
        NEXT.set(last, null); // an old node that is garbage must not keep all later ones
        last = node;
        var job = node.job;
        node.job = null;
        if (job != null) {
          sink.accept(job);
        }
      }
    } finally {
      head = last; // once: producers write to the same cache line
    }
  }
}
