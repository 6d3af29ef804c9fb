// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.File;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a pipe's descriptors, which Java does not tell and Linux shows below {@code
 * /proc/self}: for pipes to children.
 *
 * <p>How a number is found: every open descriptor has a link, which says {@code pipe:[inode]} for
 * both ends of a pipe, and a file with its flags. Which pipe is ours is asked by switching its
 * channels between blocking and non-blocking: our descriptors' flags follow, those of no other do.
 * Nothing is opened, read or written that might be somebody else's, and descriptors that others
 * open and close meanwhile do no harm.
 */
final class OpenDescriptors {
  private static final Path LINKS = Path.of("/proc/self/fd");
  private static final Path FLAGS = Path.of("/proc/self/fdinfo");

  /** Once might be a coincidence. */
  private static final int ROUNDS = 2;

  /** Both ends of one pipe. */
  record Ends(int source, int sink) {}

  private OpenDescriptors() {}

  /** Whether this system shows them. */
  static boolean areShown() {
    return Files.isReadable(FLAGS) && Files.isReadable(LINKS);
  }

  /** What opens the same thing anew. */
  static File file(int number) {
    return LINKS.resolve(Integer.toString(number)).toFile();
  }

  /**
   * Finds both ends of {@code pipe}, whose channels are in blocking mode before and after; null
   * when the system does not show them.
   *
   * <p>One caller at a time: two that switch their pipes in the same rhythm might be mistaken for
   * each other.
   */
  static synchronized @Nullable Ends of(Pipe pipe) throws IOException {
    // The kernel gives the lowest free numbers: in a full table, those of a new pipe are the
    // highest.
    var numbers = numbersDescending();
    int sink = find(numbers, link -> link.startsWith("pipe:"), pipe.sink());
    if (sink < 0) {
      return null;
    }
    int source = find(numbers, link(sink)::equals, pipe.source());
    return source < 0 ? null : new Ends(source, sink);
  }

  private static List<Integer> numbersDescending() {
    var names = LINKS.toFile().list();
    return names == null
        ? List.of()
        : Arrays.stream(names).map(Integer::valueOf).sorted(Comparator.reverseOrder()).toList();
  }

  /** The first with such a link that is {@code channel}'s; -1 if there is none. */
  private static int find(
      List<Integer> numbers, Predicate<String> admits, SelectableChannel channel)
      throws IOException {
    for (int number : numbers) {
      if (admits.test(link(number)) && follows(number, channel)) {
        return number;
      }
    }
    return -1;
  }

  private static boolean follows(int number, SelectableChannel channel) throws IOException {
    var blocking = flags(number);
    boolean follows = true;
    for (int round = 0; round < ROUNDS && follows; round++) {
      channel.configureBlocking(false);
      follows = !flags(number).equals(blocking);
      channel.configureBlocking(true);
      follows &= flags(number).equals(blocking);
    }
    return follows;
  }

  /** What the descriptor refers to; empty when it is not open any more, or not shown. */
  private static String link(int number) {
    try {
      return Files.readSymbolicLink(LINKS.resolve(Integer.toString(number))).toString();
    } catch (IOException _) {
      return "";
    }
  }

  /** The flags of open(2) as the system writes them; empty when they are not shown. */
  private static String flags(int number) {
    try {
      return Files.readString(FLAGS.resolve(Integer.toString(number)))
          .lines()
          .filter(line -> line.startsWith("flags:"))
          .findFirst()
          .orElse("");
    } catch (IOException _) {
      return "";
    }
  }
}
