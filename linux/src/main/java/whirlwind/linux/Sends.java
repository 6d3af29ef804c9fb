// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What sockets send through one ring: collected in memory that stays where it is, and given to the
 * kernel together, by the call that waits at the latest.
 *
 * <pre>
 *   COLLECTED --prepareAll--> SUBMITTED --confirm--> all is sent, or the output keeps the rest
 *    |     ^                      |
 *    |     +----- not taken ------+
 *    +--sendNow, by a call--> the same
 * </pre>
 *
 * <p>No request waits in the kernel: each says that it shall not, so it is over when the call
 * returns that has submitted it. If all its bytes were taken there is no completion, which would
 * end the wait of the same call. The completions of the others are looked for right then, ahead of
 * those that have not been moved over yet. So the memory is free again, and nothing of a socket is
 * under way when it is written to next. Only while the kernel keeps completions that the ring has
 * no room for do they stay SUBMITTED; nothing else is collected meanwhile.
 *
 * <p>Source: io_uring_prep_send(3).
 */
final class Sends {
  /** No send. */
  static final int NONE = -1;

  /**
   * How many are collected. With more, the share that each has of the call would hardly be smaller,
   * but the first would wait longer for the last.
   */
  static final int MOST = 16;

  /** How long one may be. Of a larger one the call is a small part of the price. */
  static final int MOST_BYTES = 4096;

  /** What tells the user data of these requests from that of others; no descriptor is so large. */
  private static final int MARK = 1 << 29;

  private final Kernel kernel;
  private final Uring uring;
  private final Runnable take = this::take;
  private final MemorySegment mapping;
  private final ByteBuffer bytes;
  private Ring ring;

  /** Whether the kernel says how much of a send it has taken when that is not all. */
  private final boolean reliable;

  /** By number: whose send it is, null for one that is over, and where its bytes are. */
  private final @Nullable RingOutput[] outputs = new @Nullable RingOutput[MOST];

  private final int[] starts = new int[MOST];
  private final int[] ends = new int[MOST];
  private int count;
  private int used;

  private boolean submitted;

  /** Of what was submitted: by number, which request it is; where its completions begin. */
  private final int[] requests = new int[MOST];

  private int firstCompletion;

  /** Tells completions of those that are there now from others. */
  private int generation = 1;

  private boolean expected;
  private long held;

  private Sends(Kernel kernel, Uring uring, Ring ring, MemorySegment mapping) {
    this.kernel = kernel;
    this.uring = uring;
    this.ring = ring;
    // Nothing says that directly either: the two came with Linux 6.1.
    this.reliable = ring.supports(Abi.IORING_OP_SENDMSG_ZC);
    this.mapping = mapping;
    this.bytes = mapping.asByteBuffer();
  }

  static Sends open(Kernel kernel, Uring uring, Ring ring) throws IOException {
    return new Sends(kernel, uring, ring, Ring.map(kernel, (long) MOST * MOST_BYTES));
  }

  /** How many bytes of memory outputs hold that the kernel did not take from here. */
  long held() {
    return held;
  }

  /** An output holds so many more, or, less than zero, fewer. */
  void hold(long more) {
    held += more;
  }

  /** A poll has told so many sockets what they received. */
  void told(int sockets) {
    expected = reliable && sockets > 0;
  }

  // ---------------------------------------------------------------- collecting

  /**
   * Whether so many bytes of an output, of which nothing is here, shall be collected: answers to
   * what the last poll has brought. The next one then follows soon, as a poll after one that was
   * not in vain does.
   */
  boolean welcomes(long size) {
    return expected && !submitted && count < MOST && size <= MOST_BYTES && isRoomFor(size);
  }

  /** Whether so many more bytes can go with those of an output that are here. */
  boolean canExtend(RingOutput output, long size) {
    return output.send == count - 1 && !submitted && isRoomFor(size);
  }

  private boolean isRoomFor(long size) {
    return size <= bytes.capacity() - used;
  }

  /** Takes a send; its bytes are appended next. */
  void begin(RingOutput output) {
    output.send = count;
    outputs[count] = output;
    starts[count] = used;
    ends[count] = used;
    count++;
  }

  /** Takes more bytes of the send that was begun last. */
  void append(ByteBuffer src) {
    int size = src.remaining();
    bytes.put(used, src, src.position(), size);
    src.position(src.limit());
    used += size;
    ends[count - 1] = used;
  }

  /** Submits those that are here if no other can join them. */
  void submitIfFull() {
    if (count == MOST) {
      uring.send();
    }
  }

  // ---------------------------------------------------------------- by calls

  /** Sends all by a call for each: nobody knows when the next wait will be. */
  void sendAllNow() {
    for (int i = 0; i < count; i++) {
      var output = outputs[i];
      if (output != null) {
        sendNow(output);
      }
    }
  }

  /** Sends by a call what is here of an output, unless the kernel has it already. */
  void sendNow(RingOutput output) {
    int send = output.send;
    if (send == NONE || submitted && !ring.withdraw(requests[send])) {
      return;
    }
    int result =
        kernel.sockets.write(
            output.fd, mapping.address() + starts[send], ends[send] - starts[send]);
    ended(send, result);
    if (!submitted) {
      dropEnded();
    }
  }

  /** A send has ended, with as many bytes taken or with an errno. */
  private void ended(int send, int result) {
    var output = outputs[send];
    if (output == null) {
      return;
    }
    outputs[send] = null;
    output.send = NONE;
    boolean failed = result < 0 && result != -Abi.EAGAIN && result != -Abi.EINTR;
    if (failed) {
      output.failed(Errno.ofWrite(-result));
      return;
    }
    int start = starts[send] + Math.max(0, result);
    if (start < ends[send]) {
      var rest = new byte[ends[send] - start];
      bytes.get(start, rest);
      output.keep(rest);
    }
  }

  /** Makes room of those at the end that are over. */
  private void dropEnded() {
    while (count > 0 && outputs[count - 1] == null) {
      count--;
      used = starts[count];
    }
  }

  // ---------------------------------------------------------------- by the ring

  /** Prepares all, if there is room for them. */
  void prepareAll() {
    if (count == 0 || submitted || !ring.hasRoomFor(count)) {
      return;
    }
    submitted = true;
    firstCompletion = ring.nextCompletion();
    for (int i = 0; i < count; i++) {
      var output = outputs[i];
      if (output != null) {
        requests[i] = ring.nextRequest();
        ring.prepareSend(
            output.fd,
            mapping.address() + starts[i],
            ends[i] - starts[i],
            Registration.data(i | MARK, generation));
      }
    }
  }

  static boolean isOurs(long userData) {
    return (Registration.fdOf(userData) & MARK) != 0;
  }

  /** Ends those that were submitted, unless the kernel may still have something to say of them. */
  void confirm() {
    if (!submitted) {
      return;
    }
    ring.lookAhead(firstCompletion, take);
    if (!ring.hasOverflowed()) {
      end(null);
    }
  }

  private void end(@Nullable IOException unknown) {
    submitted = false;
    generation = Registration.following(generation);
    for (int i = 0; i < count; i++) {
      var output = outputs[i];
      if (output != null && !ring.withdraw(requests[i])) {
        outputs[i] = null;
        output.send = NONE;
        if (unknown != null) {
          output.failed(unknown);
        }
      }
    }
    dropEnded();
  }

  /** Takes the completion that the ring stands at, if it is of one of these. */
  void take() {
    long userData = ring.userData();
    if (isOurs(userData) && Registration.generationOf(userData) == generation) {
      ended(Registration.fdOf(userData) & ~MARK, ring.result());
    }
  }

  /**
   * The ring is given up.
   *
   * @param lost whether completions are lost with it
   */
  void leave(boolean lost) {
    if (submitted) {
      end(
          lost
              ? new IOException("it is not known what was sent: another thread runs the loop")
              : null);
    }
  }

  /** Goes on with another ring. */
  void moveTo(Ring next) {
    ring = next;
  }

  void close() {
    Ring.unmap(kernel, mapping);
  }
}
