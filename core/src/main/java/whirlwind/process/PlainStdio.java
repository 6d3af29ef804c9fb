// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

/** The constants of {@link Stdio}. */
enum PlainStdio implements Stdio {
  STREAM,
  INHERIT,
  DISCARD,
  SAME_AS_STDOUT
}
