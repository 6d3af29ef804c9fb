// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.File;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
   * Finds both ends of {@code pipe}, whose channels are in blocking mode before and after.
   *
   * <p>One caller at a time: two that switch their pipes in the same rhythm might be mistaken for
   * each other.
   *
   * @throws IOException if they are not found
   */
  static synchronized Ends of(Pipe pipe) throws IOException {
    // The kernel gives the lowest free numbers: in a full table, those of a new pipe are the
    // highest.
    var numbers = numbersDescending();
    int sink = find(numbers, null, pipe.sink());
    int source = find(numbers, link(sink), pipe.source());
    return new Ends(source, sink);
  }

  private static List<Integer> numbersDescending() throws IOException {
    var names = LINKS.toFile().list();
    if (names == null) {
      throw new IOException("the descriptors of this process: wanted a list, got none in " + LINKS);
    }
    return Arrays.stream(names).map(Integer::valueOf).sorted(Comparator.reverseOrder()).toList();
  }

  /** The first of {@code numbers} that is {@code channel}; null admits every pipe's link. */
  private static int find(List<Integer> numbers, @Nullable String link, SelectableChannel channel)
      throws IOException {
    for (int number : numbers) {
      var linked = link(number);
      boolean eligible = link == null ? linked.startsWith("pipe:") : linked.equals(link);
      if (eligible && follows(number, channel)) {
        return number;
      }
    }
    throw new IOException(
        "wanted the descriptor of " + channel + " below " + LINKS + ", got none that follows it");
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

  /** What the descriptor refers to; empty when it is not open any more. */
  private static String link(int number) throws IOException {
    try {
      return Files.readSymbolicLink(LINKS.resolve(Integer.toString(number))).toString();
    } catch (NoSuchFileException _) {
      return "";
    }
  }

  /** The flags of open(2) as the system writes them; empty when it is not open any more. */
  private static String flags(int number) throws IOException {
    try (var lines = Files.lines(FLAGS.resolve(Integer.toString(number)))) {
      return lines.filter(line -> line.startsWith("flags:")).findFirst().orElse("");
    } catch (NoSuchFileException _) {
      return "";
    }
  }
}
