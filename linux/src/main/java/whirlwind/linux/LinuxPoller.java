// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Interest;
import whirlwind.io.PollKey;
import whirlwind.io.PollSource;
import whirlwind.io.Poller;
import whirlwind.io.ReadyHandler;

/**
 * A poller over descriptors, level-triggered. Takes every descriptor that can be waited for, and no
 * channels of the JDK, which keep their descriptors to themselves; its resolution is one
 * nanosecond, as far as the kernel's timers go.
 *
 * <p>An error or a hang-up comes as {@link Interest#ERROR} together with whatever is wanted; to one
 * who wants nothing it is reported once.
 *
 * <p>One poll brings one batch of events, {@link NativeMemory#MOST_EVENTS} at most: what belongs to
 * their connections is still in the processor's cache when the loop, right after, runs whoever
 * waited for them. The kernel moves those that it has reported to the end of its line, so that all
 * get their turn.
 */
final class LinuxPoller implements Poller {
  /** The data of the waker's events; no registration has it, as generations begin with 1. */
  private static final long WAKE = 0;

  private final Kernel kernel = new Kernel();
  private final Bytes socketBytes = new Bytes(kernel.memory, kernel.sockets);
  private final Bytes fileBytes = new Bytes(kernel.memory, kernel.files);
  private final String name;
  private final Readiness readiness;
  private final Waker waker;
  private final Interrupts interrupts;
  private final Registrations registrations;

  /** Transports and listeners that die with the poller. */
  private final Set<Closeable> owned = Collections.newSetFromMap(new IdentityHashMap<>());

  private boolean closed;

  private LinuxPoller(String name, Opener opener) throws IOException {
    this.name = name;
    try {
      readiness = opener.open(kernel);
    } catch (IOException failure) {
      kernel.close();
      throw failure;
    }
    registrations = new Registrations(readiness);
    try {
      waker = new Waker(kernel.files);
    } catch (IOException failure) {
      readiness.close();
      kernel.close();
      throw failure;
    }
    interrupts = new Interrupts(waker);
    int result = readiness.add(waker.fd(), Abi.EPOLLIN | Abi.EPOLLET, WAKE);
    if (result < 0) {
      close();
      throw Errno.ofCall("watching an eventfd", -result);
    }
  }

  /** One over epoll. */
  static LinuxPoller epoll() throws IOException {
    return new LinuxPoller("epoll", kernel -> Epoll.open(kernel, true));
  }

  /** One over epoll as on older kernels, which wait for whole milliseconds. */
  static LinuxPoller epollInMilliseconds() throws IOException {
    return new LinuxPoller("epoll", kernel -> Epoll.open(kernel, false));
  }

  /** One over io_uring. */
  static LinuxPoller uring() throws IOException {
    return uring(Ring.COMPLETIONS, BufferRing.BUFFERS);
  }

  /**
   * One over io_uring with less room, for who wants to see it overflow.
   *
   * @param buffers for what sockets receive, a power of two; 0 on a kernel that cannot do that
   */
  static LinuxPoller uring(int roomForCompletions, int buffers) throws IOException {
    return new LinuxPoller("io_uring", kernel -> Uring.open(kernel, roomForCompletions, buffers));
  }

  /** An open one of this module, whatever it waits with. */
  static LinuxPoller of(Poller poller) {
    if (poller instanceof LinuxPoller ours) {
      ours.requireOpen();
      return ours;
    }
    throw new IllegalArgumentException(
        "poller: wanted epoll or io_uring, got " + poller.getClass().getName());
  }

  private interface Opener {
    Readiness open(Kernel kernel) throws IOException;
  }

  /** The name of the provider that it belongs to. */
  String name() {
    return name;
  }

  // ---------------------------------------------------------------- for transports

  Kernel kernel() {
    return kernel;
  }

  /** Moves the bytes of sockets. */
  Bytes socketBytes() {
    return socketBytes;
  }

  /** Moves the bytes of all other descriptors. */
  Bytes fileBytes() {
    return fileBytes;
  }

  /** Makes {@link #close} close this too. */
  void own(Closeable resource) {
    owned.add(resource);
  }

  /** The resource has been closed by itself. */
  void disown(Closeable resource) {
    owned.remove(resource);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("poller: wanted an open one, got one that is closed");
    }
  }

  /**
   * Watches a descriptor of our own.
   *
   * @param told what the kernel is told at once, which may be more than is wanted now
   */
  Registration register(int fd, int wanted, int told, ReadyHandler handler) throws IOException {
    return registrations.add(fd, wanted, told, handler);
  }

  /**
   * Watches a socket of our own.
   *
   * @param wanted what is told now; WRITE while it is connecting
   */
  WatchedSocket watch(int fd, int wanted, ReadyHandler handler) throws IOException {
    var receptions = readiness.receptions();
    return receptions == null
        ? new PolledSocket(this, fd, wanted, handler)
        : new RingSocket(this, receptions, fd, wanted, handler);
  }

  /** Closes a descriptor of our own, and ends its registration if it has one. */
  void close(int fd, @Nullable Registration registration) throws IOException {
    if (registration != null) {
      registration.end();
      registrations.remove(registration, false);
    }
    int result = kernel.files.close(fd);
    if (result < 0) {
      throw Errno.ofCall("close", -result);
    }
  }

  // ---------------------------------------------------------------- a poller

  @Override
  public PollKey register(PollSource source, int events, ReadyHandler handler) throws IOException {
    Interest.check(events);
    requireOpen();
    return switch (source) {
      case PollSource.Descriptor(int fd) -> {
        if (registrations.isRegistered(fd)) {
          throw new IllegalStateException("file descriptor " + fd + " is registered already");
        }
        yield registrations.add(fd, events, Registration.toEpoll(events), handler);
      }
      case PollSource.Channel(var channel) ->
          throw new IllegalArgumentException(
              channel
                  + ": the "
                  + name
                  + " poller takes file descriptors only, and a channel does not give"
                  + " its own away; channels need the nio poller");
    };
  }

  @Override
  public int poll(long timeoutNanos) throws IOException {
    if (closed) {
      throw new IOException("poll: wanted an open poller, got one that is closed");
    }
    registrations.apply();
    int count = timeoutNanos == 0 ? readiness.await(0) : awaitUnlessInterrupted(timeoutNanos);
    if (count < 0 && count != -Abi.EINTR) {
      throw Errno.ofCall(readiness.waitingCall(), -count);
    }
    return deliver(count);
  }

  private int awaitUnlessInterrupted(long timeoutNanos) {
    interrupts.heed();
    try {
      return readiness.await(timeoutNanos);
    } finally {
      interrupts.ignore();
    }
  }

  /** Handlers may cancel, change and add registrations, and close the poller. */
  private int deliver(int count) {
    int calls = 0;
    for (int i = 0; i < count && !closed; i++) {
      long data = readiness.data(i);
      if (data != WAKE && registrations.deliver(data, readiness.events(i))) {
        calls++;
      }
    }
    var receptions = closed ? null : readiness.receptionsIfAny();
    return receptions == null ? calls : calls + receptions.deliver();
  }

  @Override
  public void flush() {
    if (!closed) {
      readiness.flush();
    }
  }

  @Override
  public void wakeup() {
    waker.wake();
  }

  @Override
  public long heldBytes() {
    var receptions = readiness.receptionsIfAny();
    return receptions == null ? 0 : receptions.setAside() + receptions.sends().held();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    IOException failure = null;
    for (Closeable resource : List.copyOf(owned)) {
      failure = closeQuietly(resource, failure);
    }
    closed = true;
    registrations.close();
    waker.close();
    readiness.close();
    kernel.close();
    if (failure != null) {
      throw failure;
    }
  }

  /** Closes one of several, all of which must be closed; the first failure carries the others. */
  private static @Nullable IOException closeQuietly(
      Closeable resource, @Nullable IOException earlier) {
    try {
      resource.close();
      return earlier;
    } catch (IOException failure) {
      if (earlier == null) {
        return failure;
      }
      earlier.addSuppressed(failure);
      return earlier;
    }
  }
}
