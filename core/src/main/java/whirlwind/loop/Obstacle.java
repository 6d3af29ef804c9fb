// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What keeps a thread that has been at one place for long, in words that say what to do. */
final class Obstacle {
  /** Calls of the JDK that keep the thread of whoever makes them, coroutine or not. */
  private static final Map<String, String> BLOCKING_CALLS =
      Map.of(
          "java.net.Inet6AddressImpl.lookupAllHostAddr", "looks up a host name; use a Resolver",
          "java.net.Inet4AddressImpl.lookupAllHostAddr", "looks up a host name; use a Resolver",
          "java.net.Inet6AddressImpl.getHostByAddr", "looks up the name of an address",
          "java.io.FileOutputStream.writeBytes", "writes to a file or the console",
          "java.io.FileInputStream.readBytes", "reads from a file or the console",
          "java.io.RandomAccessFile.readBytes0", "reads from a file",
          "sun.nio.ch.UnixFileDispatcherImpl.force0", "forces a file to its disk",
          "sun.nio.ch.UnixFileDispatcherImpl.read0", "reads from a file",
          "sun.nio.ch.UnixFileDispatcherImpl.write0", "writes to a file",
          "java.lang.ProcessImpl.forkAndExec", "starts a child process");

  private static final boolean MANAGEABLE =
      ModuleLayer.boot().findModule("java.management").isPresent();

  private Obstacle() {}

  /** The text, beginning with a blank; empty when there is none that can be seen. */
  static String of(Thread thread, StackTraceElement[] stack, int ready) {
    var call = blockingCall(stack);
    return call.isEmpty() ? lock(thread, ready) : " It " + call + ".";
  }

  private static String blockingCall(StackTraceElement[] stack) {
    for (var frame : stack) {
      var call = BLOCKING_CALLS.get(frame.getClassName() + "." + frame.getMethodName());
      if (call != null) {
        return call;
      }
    }
    return "";
  }

  private static String lock(Thread thread, int ready) {
    var state = thread.getState();
    if (state == Thread.State.RUNNABLE) {
      return "";
    }
    var lock = LockSupport.getBlocker(thread);
    return " \""
        + thread.getName()
        + "\" is "
        + state
        + (lock == null ? "" : ", on " + lock)
        + holder(thread)
        + ", while "
        + ready
        + " callbacks and coroutines are ready.";
  }

  /** The other side, as far as the JDK tells it: not of virtual threads that wait. */
  private static String holder(Thread thread) {
    if (!MANAGEABLE || thread.isVirtual()) {
      return "";
    }
    var info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.threadId());
    return info == null || info.getLockOwnerName() == null
        ? ""
        : ", which is held by \"" + info.getLockOwnerName() + "\" (#" + info.getLockOwnerId() + ")";
  }
}
