// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

/**
 * The three calls that move bytes through one kind of descriptor. All return how many bytes were
 * moved, or an errno made negative.
 */
interface ByteCalls {
  int read(int fd, long address, int count);

  int write(int fd, long address, int count);

  /** Writes the first pieces in {@link NativeMemory#IOVECS}. */
  int writeGathered(int fd, int pieces);
}
