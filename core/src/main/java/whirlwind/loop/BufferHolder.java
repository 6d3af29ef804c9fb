// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

/** An open resource of a loop that keeps bytes for its user. For the loop's dump. Any thread. */
public interface BufferHolder {

  /** How many bytes were received and not read. */
  long receivedBytes();

  /** How many bytes were written and not sent. */
  long unsentBytes();

  /** How many bytes of memory it takes for these, and for those that are being encrypted. */
  long bufferedBytes();
}
