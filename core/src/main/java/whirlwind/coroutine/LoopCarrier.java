// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The fast carrier: the home's thread itself carries the virtual thread, so a switch costs about
 * 0.2 µs and any JDK call that parks, parks one coroutine while the loop goes on.
 *
 * <p>Mechanics. JDK 25 has no public scheduler interface; its package-private builder takes an
 * {@link Executor}, to which a virtual thread hands its continuation whenever it becomes runnable.
 * Each coroutine <em>is</em> that executor for its own thread: so nothing is allocated per switch,
 * and the home always knows which coroutine it mounts. This class is the only one that touches JDK
 * internals; it is used after {@link #probe} has seen them work.
 */
public final class LoopCarrier implements Carrier {

  static final String HOW_TO_ENABLE =
      "for the fast loop carrier start java with --add-opens java.base/java.lang=ALL-UNNAMED"
          + " (module path: =whirlwind.core), or run a jar whose manifest says"
          + " Add-Opens: java.base/java.lang";

  /** {@code Thread.NO_INHERIT_THREAD_LOCALS}: a coroutine copies no inheritable thread locals. */
  private static final int NO_INHERIT_THREAD_LOCALS = 1 << 2;

  private final MethodHandle newVirtualThread;
  private final Executor jdkScheduler;

  private LoopCarrier(MethodHandle newVirtualThread, Executor jdkScheduler) {
    this.newVirtualThread = newVirtualThread;
    this.jdkScheduler = jdkScheduler;
  }

  /** What {@link #probe} found. */
  sealed interface Probe {
    /** The internals are there and work. */
    record Usable(LoopCarrier carrier) implements Probe {}

    /** They are not, and why. */
    record Unusable(String reason) implements Probe {}
  }

  /** What {@link #probe} answers; probing begins when this class is first looked at. */
  private static final class Trial {
    private static final CompletableFuture<Probe> RESULT =
        CompletableFuture.supplyAsync(
            LoopCarrier::tryAll,
            task -> Thread.ofPlatform().daemon().name("whirlwind-carrier").start(task));

    private Trial() {}

    static void begin() {}
  }

  /** Begins to probe, if nobody has. */
  static void beginProbe() {
    Trial.begin();
  }

  /** Whether it can be used. */
  static Probe probe() {
    return Trial.RESULT.join();
  }

  /** On a platform thread, as a virtual one cannot carry another. */
  private static Probe tryAll() {
    try {
      var lookup =
          MethodHandles.privateLookupIn(
              Class.forName("java.lang.ThreadBuilders"), MethodHandles.lookup());
      var builder =
          lookup.findStatic(
              lookup.lookupClass(),
              "newVirtualThread",
              MethodType.methodType(
                  Thread.class, Executor.class, String.class, int.class, Runnable.class));
      var scheduler =
          lookup
              .findStatic(
                  Class.forName("java.lang.VirtualThread"),
                  "defaultScheduler",
                  MethodType.methodType(Executor.class))
              .invoke();
      var carrier = new LoopCarrier(builder, (Executor) scheduler);
      carrier.tryOut();
      carrier.claimSocketPollers();
      return new Probe.Usable(carrier);
    } catch (IllegalAccessException _) {
      return new Probe.Unusable("java.base does not open java.lang to " + whirlwind());
    } catch (Throwable unexpected) {
      return new Probe.Unusable("this JDK's virtual threads differ from JDK 25's: " + unexpected);
    }
  }

  private static String whirlwind() {
    var module = LoopCarrier.class.getModule();
    return module.isNamed() ? "module " + module.getName() : "the class path";
  }

  /** Runs one coroutine by hand: the builder must use the executor that it is given. */
  private void tryOut() {
    var ran = new boolean[1];
    var mounted = new Runnable[1];
    var coroutine = coroutine(job -> mounted[0] = job, "", () -> ran[0] = true);
    coroutine.start();
    mounted[0].run();
    if (!ran[0]) {
      throw new IllegalStateException("a custom scheduler was not used");
    }
  }

  /**
   * Makes the JDK start its socket pollers now, on its own scheduler. They are virtual threads that
   * inherit the scheduler of whoever blocks on a socket first: were that a coroutine, all blocking
   * socket calls of the process would live on its loop and die with it.
   */
  private void claimSocketPollers() throws InterruptedException {
    Thread warmUp =
        newThread(
            jdkScheduler,
            "",
            () -> {
              try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
                socket.setSoTimeout(1);
                socket.receive(new DatagramPacket(new byte[1], 1));
              } catch (IOException _) {
                // The time-out is what was wanted; without sockets there is nothing to claim.
              }
            });
    warmUp.start();
    warmUp.join();
  }

  @Override
  public Coroutine coroutine(Executor home, String name, Runnable body) {
    return new LoopCoroutine(this, home, name, body);
  }

  @Override
  public ThreadFactory threads() {
    return task -> newThread(jdkScheduler, "", task);
  }

  @Override
  public String name() {
    return "loop";
  }

  private Thread newThread(Executor scheduler, String name, Runnable body) {
    try {
      return (Thread) newVirtualThread.invokeExact(scheduler, name, NO_INHERIT_THREAD_LOCALS, body);
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable impossible) {
      throw new AssertionError("the builder declares no checked exception", impossible);
    }
  }

  /** See {@link LoopCarrier}. */
  static final class LoopCoroutine extends Coroutine implements Executor {
    private final Thread thread;

    /** The same object for the thread's whole life; it arrives with the first start. */
    private @Nullable Runnable continuation;

    private boolean switching;

    private LoopCoroutine(LoopCarrier carrier, Executor home, String name, Runnable body) {
      super(home);
      thread = carrier.newThread(this, name, body);
      thread.setUncaughtExceptionHandler(this);
    }

    /**
     * The JDK hands over a continuation that has become runnable. It must never throw and never
     * lose it (the thread would be gone for good), which the home's own execute promises.
     */
    @Override
    public void execute(Runnable runnable) {
      if (continuation == null) {
        continuation = runnable;
      }
      if (runnable != continuation) {
        home().execute(new InheritedContinuation(runnable));
      } else if (!switching) {
        home().execute(this);
      }
    }

    @Override
    public Thread thread() {
      return thread;
    }

    @Override
    public void start() {
      thread.start();
    }

    @Override
    public void run() {
      var runnable = continuation;
      if (runnable != null) {
        runnable.run();
      }
    }

    @Override
    public void switchTo() {
      switching = true;
      try {
        if (continuation == null) {
          thread.start();
        } else {
          LockSupport.unpark(thread);
        }
      } finally {
        switching = false;
      }
      run();
    }

    @Override
    public void resume() {
      LockSupport.unpark(thread);
    }

    @Override
    void park() {
      LockSupport.park();
    }
  }
}
