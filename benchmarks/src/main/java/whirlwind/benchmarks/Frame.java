// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.regex.Pattern;

/** One function on a stack, under the name that a flame graph shows. */
record Frame(String name, Kind kind) {
  /** Whose code it is. */
  enum Kind {
    KERNEL("kernel, and calls into it", "#f2a65a"),
    WHIRLWIND("Whirlwind and the echo", "#86c98b"),
    JAVA("JDK and other Java", "#9ecae1"),
    NATIVE("JVM, native", "#e6d36f");

    private final String title;
    private final String colour;

    Kind(String title, String colour) {
      this.title = title;
      this.colour = colour;
    }

    String title() {
      return title;
    }

    String colour() {
      return colour;
    }
  }

  private static final String KERNEL_MARK = "_[k]";
  private static final String HIDDEN_CLASS = "\\.0x[0-9a-f]+|/0x[0-9a-f]+";

  /** Whatever the JDK makes up, with a new name each time, to call a native function. */
  private static final Pattern DOWNCALL =
      Pattern.compile("java/lang/invoke/LambdaForm.*|jdk/internal/foreign/abi/.*");

  /** The C library's side of a system call: a sample in there is in the change to the kernel. */
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("_*(?:GI_+)?(recv|send|recvfrom|sendto|read|write|epoll_wait|syscall)");

  /** Reads a name as async-profiler writes it. */
  static Frame of(String written) {
    if (written.endsWith(KERNEL_MARK)) {
      return new Frame(written.substring(0, written.length() - KERNEL_MARK.length()), Kind.KERNEL);
    }
    if (DOWNCALL.matcher(written).matches()) {
      return new Frame("downcall", Kind.JAVA);
    }
    var call = SYSTEM_CALL.matcher(written);
    if (call.matches()) {
      return new Frame(call.group(1), Kind.KERNEL);
    }
    if (written.equals("cont_returnBarrier")) {
      return new Frame("virtual thread", Kind.NATIVE); // where the stack of one begins
    }
    if (!written.contains("/")) {
      return new Frame(written, Kind.NATIVE);
    }
    var name = written.replaceAll(HIDDEN_CLASS, "");
    return new Frame(
        name.substring(name.lastIndexOf('/') + 1),
        name.startsWith("whirlwind/") ? Kind.WHIRLWIND : Kind.JAVA);
  }
}
