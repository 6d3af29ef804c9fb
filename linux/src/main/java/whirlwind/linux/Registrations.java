// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import whirlwind.io.ReadyHandler;

/**
 * The registrations of one poller, by descriptor.
 *
 * <p>A descriptor is a number, and numbers are used again. An event carries the generation of the
 * registration that it was collected for, and is dropped when the number has another one by now. A
 * registration whose descriptor was closed behind its back has ended, at the latest when somebody
 * else registers the number; it then tells the kernel nothing any more.
 */
final class Registrations {
  private final Readiness readiness;
  private @Nullable Registration[] byDescriptor = new @Nullable Registration[64];
  private final ArrayList<Registration> changed = new ArrayList<>();
  private int generations;
  private boolean closed;

  Registrations(Readiness readiness) {
    this.readiness = readiness;
  }

  boolean isRegistered(int fd) {
    return fd < byDescriptor.length && byDescriptor[fd] != null;
  }

  /**
   * Watches a descriptor.
   *
   * @param wanted what is delivered, an OR of interest bits
   * @param told what the kernel is told now, which may be more
   */
  Registration add(int fd, int wanted, int told, ReadyHandler handler) throws IOException {
    int generation = Registration.following(generations);
    int result = readiness.add(fd, told, Registration.data(fd, generation));
    if (result < 0) {
      throw new IOException("file descriptor " + fd + ": " + reason(-result));
    }
    generations = generation;
    var registration = new Registration(this, fd, generation, wanted, told, handler);
    if (fd >= byDescriptor.length) {
      byDescriptor = Arrays.copyOf(byDescriptor, Math.max(fd + 1, 2 * byDescriptor.length));
    }
    var closedBehindOurBack = byDescriptor[fd];
    if (closedBehindOurBack != null) {
      closedBehindOurBack.end();
    }
    byDescriptor[fd] = registration;
    return registration;
  }

  private static String reason(int errno) {
    return switch (errno) {
      case Abi.EPERM -> "wanted one that can be waited for, got a file that is always ready";
      case Abi.EEXIST -> "wanted one that nobody watches, got one that is registered already";
      case Abi.EBADF -> "wanted an open one, got one that is closed";
      default -> Errno.message(errno);
    };
  }

  /** Notes that the kernel may have to be told something. */
  void changed(Registration registration) {
    if (!registration.listed) {
      registration.listed = true;
      changed.add(registration);
    }
  }

  /** Forgets one; {@code tell} whether the kernel must be told, as the descriptor stays open. */
  void remove(Registration registration, boolean tell) {
    int fd = registration.fd;
    if (closed || byDescriptor[fd] != registration) {
      return;
    }
    byDescriptor[fd] = null;
    if (tell) {
      // It fails when the descriptor was closed, which is as good.
      readiness.delete(fd);
    } else {
      readiness.closing(fd);
    }
  }

  /** Tells the kernel what has changed since the last wait. */
  void apply() throws IOException {
    if (changed.isEmpty()) {
      return;
    }
    for (var registration : changed) {
      registration.listed = false;
      if (!registration.hasEnded() && registration.told() != registration.target()) {
        apply(registration);
      }
    }
    changed.clear();
  }

  private void apply(Registration registration) throws IOException {
    int target = registration.target();
    int fd = registration.fd;
    int result;
    if (target == Registration.NOT_WATCHED) {
      result = readiness.delete(fd);
    } else if (registration.told() == Registration.NOT_WATCHED) {
      result = readiness.add(fd, target, registration.data());
    } else {
      result = readiness.modify(fd, target, registration.data());
    }
    switch (-result) {
      case 0 -> registration.told(target);
      case Abi.EBADF, Abi.ENOENT, Abi.EPERM -> {
        // closed behind our back, perhaps with another file under its number
        registration.end();
        remove(registration, false);
      }
      default -> throw Errno.ofCall("watching file descriptor " + fd, -result);
    }
  }

  /** Hands an event to the registration that it was collected for, if that is still there. */
  boolean deliver(long data, int events) {
    int fd = Registration.fdOf(data);
    var registration = isRegistered(fd) ? byDescriptor[fd] : null;
    if (registration == null || registration.generation != Registration.generationOf(data)) {
      return false;
    }
    if (events == Readiness.GONE) { // closed behind our back
      registration.end();
      remove(registration, false);
      return false;
    }
    return registration.deliver(events);
  }

  /** From now on the kernel is told nothing. */
  void close() {
    closed = true;
    for (var registration : byDescriptor) {
      if (registration != null) {
        registration.end();
      }
    }
  }
}
