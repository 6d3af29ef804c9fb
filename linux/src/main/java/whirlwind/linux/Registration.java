// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import whirlwind.io.Interest;
import whirlwind.io.PollKey;
import whirlwind.io.ReadyHandler;

/**
 * What is wanted of one descriptor, and what the kernel has been told of it.
 *
 * <p>The kernel is told of changes before the next wait, all of a turn at once. It is not told that
 * reading has become unwanted until an event says so: between two reads of a busy connection
 * nothing changes then.
 *
 * <p>Errors and hang-ups cannot be unwanted, the kernel reports them again and again. While nothing
 * is wanted one is passed on, and then the descriptor is taken out.
 */
final class Registration implements PollKey {
  /** What {@link #told} is of a descriptor that the kernel does not watch. */
  static final int NOT_WATCHED = -1;

  private final Registrations registrations;
  private final ReadyHandler handler;
  final int fd;

  /** Tells it from others that had, or will have, the same number. */
  final int generation;

  private int wanted;
  private int told;
  private boolean errorPassedOn;
  private boolean ended;

  /** Whether it is in the list of those that may have changed. */
  boolean listed;

  Registration(
      Registrations registrations,
      int fd,
      int generation,
      int wanted,
      int told,
      ReadyHandler handler) {
    this.registrations = registrations;
    this.handler = handler;
    this.fd = fd;
    this.generation = generation;
    this.wanted = wanted;
    this.told = told;
  }

  /** What comes with each event of it. */
  long data() {
    return data(fd, generation);
  }

  static long data(int fd, int generation) {
    return (long) generation << Integer.SIZE | fd;
  }

  static int fdOf(long data) {
    return (int) data;
  }

  static int generationOf(long data) {
    return (int) (data >>> Integer.SIZE);
  }

  /** The number after another; 0 stands for none and is left out. */
  static int following(int generation) {
    return generation == -1 ? 1 : generation + 1;
  }

  static int toEpoll(int interest) {
    return ((interest & Interest.READ) != 0 ? Abi.EPOLLIN : 0)
        | ((interest & Interest.WRITE) != 0 ? Abi.EPOLLOUT : 0);
  }

  /** An error or a hang-up shows to whoever reads or writes. */
  private static int fromEpoll(int events) {
    boolean broken = (events & (Abi.EPOLLERR | Abi.EPOLLHUP)) != 0;
    return ((events & Abi.EPOLLIN) != 0 || broken ? Interest.READ : 0)
        | ((events & Abi.EPOLLOUT) != 0 || broken ? Interest.WRITE : 0)
        | (broken ? Interest.ERROR : 0);
  }

  @Override
  public void interest(int mask) {
    Interest.check(mask);
    if (ended) {
      throw new IllegalStateException(
          "interest "
              + Interest.toString(mask)
              + ": wanted a live registration, got one that was cancelled or whose descriptor"
              + " was closed");
    }
    if (mask == wanted) {
      return;
    }
    wanted = mask;
    if (mask != Interest.NONE) {
      errorPassedOn = false;
    }
    if ((target() & ~Abi.EPOLLIN) != (told & ~Abi.EPOLLIN)
        || (target() & Abi.EPOLLIN & ~told) != 0) {
      registrations.changed(this);
    }
  }

  @Override
  public void cancel() {
    if (!ended) {
      ended = true;
      registrations.remove(this, told != NOT_WATCHED);
    }
  }

  /** The descriptor has been closed, or is about to be: the kernel forgets it by itself. */
  void end() {
    ended = true;
  }

  boolean hasEnded() {
    return ended;
  }

  int told() {
    return told;
  }

  void told(int events) {
    told = events;
  }

  /** What the kernel should have been told. */
  int target() {
    return wanted == Interest.NONE && errorPassedOn ? NOT_WATCHED : toEpoll(wanted);
  }

  /** Calls the handler unless nothing of the event is wanted any more. */
  boolean deliver(int epollEvents) {
    int events = fromEpoll(epollEvents);
    int current = events & (wanted | Interest.ERROR);
    if (wanted == Interest.NONE) {
      errorPassedOn |= current != 0;
    }
    if (current != events) {
      registrations.changed(this);
    }
    if (current == 0) {
      return false;
    }
    handler.ready(current);
    return true;
  }
}
