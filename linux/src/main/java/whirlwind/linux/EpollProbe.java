// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whether this process can use epoll. The questions that need no native access come first: without
 * it a call would print a warning of the JDK, or fail.
 */
final class EpollProbe {
  private EpollProbe() {}

  /** Null when it can. */
  static @Nullable String unavailableBecause() {
    var because =
        whyNot(
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            EpollProbe.class.getModule().isNativeAccessEnabled());
    return because != null ? because : Trial.FAILURE;
  }

  static @Nullable String whyNot(String system, String architecture, boolean nativeAccess) {
    if (!system.equals("Linux")) {
      return "wanted Linux, got " + system;
    }
    if (!architecture.equals("amd64") && !architecture.equals("aarch64")) {
      return "wanted the architecture amd64 or aarch64, got " + architecture;
    }
    if (!nativeAccess) {
      var module = EpollProbe.class.getModule();
      return "native access is not enabled; add --enable-native-access="
          + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }
    return null;
  }

  /** Tries it out, once. */
  private static final class Trial {
    static final @Nullable String FAILURE = failure();

    private static @Nullable String failure() {
      try {
        new EpollPoller(true).close();
        return null;
      } catch (IOException | RuntimeException | LinkageError failure) {
        return "it was tried and failed: " + failure;
      }
    }
  }
}
