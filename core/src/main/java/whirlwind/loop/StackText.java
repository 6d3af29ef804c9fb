// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.Arrays;
import java.util.List;

/** Stacks as lines, for people who look for their own code in them. */
final class StackText {
  private static final int MOST_FRAMES = 24;

  /** What every await and every start of a task goes through, and says nothing. */
  private static final List<String> MACHINERY =
      List.of(
          "java.lang.System$",
          "java.lang.VirtualThread",
          "java.util.concurrent.locks.LockSupport",
          "jdk.internal.",
          "whirlwind.coroutine.",
          "whirlwind.future.",
          "whirlwind.loop.Task",
          "whirlwind.loop.IOLoop",
          "whirlwind.loop.LoopIo",
          "whirlwind.loop.Run",
          "whirlwind.net.TCPServer",
          "whirlwind.process.Subprocess",
          "whirlwind.stream.BaseIOStream",
          "whirlwind.stream.IOStream",
          "whirlwind.stream.PipeIOStream",
          "whirlwind.stream.SSLIOStream");

  private StackText() {}

  /** All frames. */
  static List<String> whole(StackTraceElement[] stack) {
    return Arrays.stream(stack).limit(MOST_FRAMES).map(StackTraceElement::toString).toList();
  }

  /** From the first frame that is no machinery of a wait to the last before that of the start. */
  static List<String> ofUser(StackTraceElement[] stack) {
    int first = 0;
    while (first < stack.length && isMachinery(stack[first])) {
      first++;
    }
    int end = stack.length;
    while (end > first && isMachinery(stack[end - 1])) {
      end--;
    }
    return whole(Arrays.copyOfRange(stack, first, end));
  }

  private static boolean isMachinery(StackTraceElement frame) {
    return MACHINERY.stream().anyMatch(frame.getClassName()::startsWith);
  }
}
