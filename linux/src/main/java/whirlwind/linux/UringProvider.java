// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The provider over io_uring, for {@link java.util.ServiceLoader}. */
public final class UringProvider implements LinuxProvider {

  /** For {@link java.util.ServiceLoader}. */
  public UringProvider() {}

  @Override
  public String name() {
    return "io_uring";
  }

  @Override
  public @Nullable String unavailableBecause() {
    var because = NativeProbe.unavailableBecause();
    return because != null ? because : Trial.FAILURE;
  }

  @Override
  public LinuxPoller open() throws IOException {
    return LinuxPoller.uring();
  }

  /** Tries it out, once. */
  private static final class Trial {
    static final @Nullable String FAILURE = NativeProbe.failureOf(LinuxPoller::uring);
  }
}
