// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import java.nio.file.Path;

/** Where a standard stream of a child leads; for whoever writes a {@link Command}. */
public sealed interface Stdio permits PlainStdio, FileStdio {

  /** To this program, as a stream. One that nobody reads stops the child once its pipe is full. */
  Stdio STREAM = PlainStdio.STREAM;

  /** Where this program's own leads. */
  Stdio INHERIT = PlainStdio.INHERIT;

  /** Nowhere: an input is empty, an output is dropped. */
  Stdio DISCARD = PlainStdio.DISCARD;

  /** For the standard error only: where the standard output leads, in the order of the writes. */
  Stdio SAME_AS_STDOUT = PlainStdio.SAME_AS_STDOUT;

  /** From a file, or to a file whose content is replaced. */
  static Stdio file(Path path) {
    return new FileStdio(path, false);
  }

  /** To the end of a file. */
  static Stdio append(Path path) {
    return new FileStdio(path, true);
  }
}
