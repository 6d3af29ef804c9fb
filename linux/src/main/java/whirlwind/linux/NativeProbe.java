// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Whether this process can call the kernel. The questions that need no native access come first:
 * without it a call would print a warning of the JDK, or fail.
 */
final class NativeProbe {
  private NativeProbe() {}

  /** Null when it can. */
  static @Nullable String unavailableBecause() {
    return whyNot(
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        NativeProbe.class.getModule().isNativeAccessEnabled());
  }

  static @Nullable String whyNot(String system, String architecture, boolean nativeAccess) {
    if (!system.equals("Linux")) {
      return "wanted Linux, got " + system;
    }
    if (!architecture.equals("amd64") && !architecture.equals("aarch64")) {
      return "wanted the architecture amd64 or aarch64, got " + architecture;
    }
    if (!nativeAccess) {
      var module = NativeProbe.class.getModule();
      return "native access is not enabled; add --enable-native-access="
          + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }
    return null;
  }

  /** Opens a poller, polls once and closes it; null when that works. */
  static @Nullable String failureOf(Callable<LinuxPoller> opening) {
    try (var poller = opening.call()) {
      poller.poll(0);
      return null;
    } catch (Exception | LinkageError failure) {
      return "it was tried and failed: " + failure;
    }
  }
}
