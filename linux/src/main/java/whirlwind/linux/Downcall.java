// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The one way into the C library.
 *
 * <p>One call shape serves every function that is used: six longs in, one long out. Both supported
 * architectures pass the first six integers and pointers in registers; a callee that declares fewer
 * does not look at the rest, one that declares an {@code int} looks at the lower half, and what it
 * returns as an {@code int} is the lower half of the result. Linking a shape costs tens of
 * milliseconds at start-up, so there is just this one.
 *
 * <p>The calls are not {@code critical} ones, which would hold up the collector while they wait.
 */
@SuppressWarnings("restricted") // whoever runs the poller has enabled native access
final class Downcall {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBC = LINKER.defaultLookup();
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final MethodHandle SIX_LONGS =
      LINKER.downcallHandle(
          FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG),
          Linker.Option.captureCallState("errno"));

  private Downcall() {}

  /** A function that every C library has. */
  static MemorySegment function(String name) {
    return LIBC.findOrThrow(name);
  }

  /** A function that newer C libraries have. */
  static @Nullable MemorySegment functionOrNull(String name) {
    return LIBC.find(name).orElse(null);
  }

  /** Memory that {@link #call} can write errno to, at an address that the caller keeps valid. */
  static MemorySegment errnoAt(long address) {
    return MemorySegment.ofAddress(address)
        .reinterpret(Linker.Option.captureStateLayout().byteSize());
  }

  /** The C string at an address, in the platform's encoding. */
  static String stringAt(long address) {
    return MemorySegment.ofAddress(address).reinterpret(Long.MAX_VALUE).getString(0);
  }

  /** Calls a function; errno goes where {@code errno} is, whether the call failed or not. */
  static long call(
      MemorySegment function, MemorySegment errno, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) SIX_LONGS.invokeExact(function, errno, a, b, c, d, e, f);
    } catch (Throwable impossible) {
      throw new AssertionError("a C function does not throw", impossible);
    }
  }

  /** Linked when first needed: only io_uring has a call with that many arguments. */
  private static final class SevenLongs {
    static final MethodHandle HANDLE =
        LINKER.downcallHandle(
            FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG),
            Linker.Option.captureCallState("errno"));
  }

  /** {@link #call} for a function of seven arguments. */
  static long callSeven(
      MemorySegment function,
      MemorySegment errno,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g) {
    try {
      return (long) SevenLongs.HANDLE.invokeExact(function, errno, a, b, c, d, e, f, g);
    } catch (Throwable impossible) {
      throw new AssertionError("a C function does not throw", impossible);
    }
  }

  /** Memory that the kernel has mapped. */
  static MemorySegment memoryAt(long address, long size) {
    return MemorySegment.ofAddress(address).reinterpret(size);
  }
}
