// SPDX-License-Identifier: Apache-2.0
package whirlwind.programs;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Runs {@link PrintsPoller} under a filter of seccomp that forbids one system call, as the
 * sandboxes of containers do.
 *
 * <p>Source: seccomp(2).
 */
@SuppressWarnings("restricted") // its process has enabled native access
public final class ForbidsCall {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final long PR_SET_NO_NEW_PRIVS = 38;
  private static final long PR_SET_SECCOMP = 22;
  private static final long SECCOMP_MODE_FILTER = 2;
  private static final int SECCOMP_RET_ALLOW = 0x7fff0000;
  private static final int SECCOMP_RET_EPERM = 0x00050001;

  // Instructions of the filter: load the number of the call, skip if it is another one, return.
  private static final int LOAD_WORD = 0x20;
  private static final int JUMP_IF_EQUAL = 0x15;
  private static final int RETURN = 0x06;

  private ForbidsCall() {}

  /** The first argument is the number of the call. */
  public static void main(String[] arguments) throws Throwable {
    try (var arena = Arena.ofConfined()) {
      var filter = arena.allocate(4 * Long.BYTES, Long.BYTES);
      instruction(filter, 0, LOAD_WORD, 0, 0);
      instruction(filter, 1, JUMP_IF_EQUAL, 1, Integer.parseInt(arguments[0]));
      instruction(filter, 2, RETURN, 0, SECCOMP_RET_EPERM);
      instruction(filter, 3, RETURN, 0, SECCOMP_RET_ALLOW);
      var program = arena.allocate(2 * Long.BYTES, Long.BYTES);
      program.set(ValueLayout.JAVA_SHORT, 0, (short) 4);
      program.set(LONG, Long.BYTES, filter.address());
      prctl(PR_SET_NO_NEW_PRIVS, 1, 0);
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program.address());
    }
    PrintsPoller.main(arguments);
  }

  private static void instruction(
      MemorySegment filter, int index, int code, int skippedIfNot, int operand) {
    long at = (long) index * Long.BYTES;
    filter.set(ValueLayout.JAVA_SHORT, at, (short) code);
    filter.set(ValueLayout.JAVA_BYTE, at + 3, (byte) skippedIfNot);
    filter.set(ValueLayout.JAVA_INT, at + Integer.BYTES, operand);
  }

  private static void prctl(long option, long first, long second) throws Throwable {
    var linker = Linker.nativeLinker();
    var function = linker.defaultLookup().findOrThrow("prctl");
    var shape = FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG);
    var call = linker.downcallHandle(function, shape, Linker.Option.firstVariadicArg(1));
    if ((int) (long) call.invokeExact(option, first, second, 0L, 0L) != 0) {
      throw new IllegalStateException("prctl " + option + " failed");
    }
  }
}
