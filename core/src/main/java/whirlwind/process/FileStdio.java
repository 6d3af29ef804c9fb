// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.nio.file.Path;
import java.util.Objects;

/** {@link Stdio#file} and {@link Stdio#append}. */
record FileStdio(Path path, boolean append) implements Stdio {
  FileStdio {
    Objects.requireNonNull(path, "path");
  }
}
