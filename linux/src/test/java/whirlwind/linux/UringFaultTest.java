// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import whirlwind.io.Interest;
import whirlwind.io.IoProvider;
import whirlwind.io.PollKey;
import whirlwind.io.PollSource;
import whirlwind.io.ReadyHandler;

/** The same, over io_uring, and what only a ring can do wrong. */
class UringFaultTest extends EpollFaultTest {
  /** More than the ring of requests holds, and than one wait brings. */
  private static final int MANY = 700;

  @Override
  IoProvider provider() {
    return new UringProvider();
  }

  @Override
  LinuxPoller openPoller() throws IOException {
    return LinuxPoller.uring();
  }

  @Override
  String waitsWith() {
    return "io_uring";
  }

  @Override
  String waitsBy() {
    return "io_uring_enter";
  }

  @Test
  void moreRequestsThanTheRingHoldsAllGetTheirTurn() throws IOException {
    var pairs = new ArrayList<NativePair>();
    int[] calls = new int[MANY];
    try (var poller = openPoller()) {
      for (int i = 0; i < MANY; i++) {
        int index = i;
        var pair = NativePair.pipe();
        pairs.add(pair);
        pair.send();
        watch(poller, pair.near(), _ -> calls[index]++);
      }
      int delivered = 0;
      while (delivered < 2 * MANY) {
        delivered += poller.poll(-1);
      }
      assertThat(calls).as("level-triggered, in turn").containsOnly(2, 3);
    } finally {
      pairs.forEach(NativePair::close);
    }
  }

  @Test
  void aRingOfCompletionsThatOverflowsLosesNone() throws IOException {
    var before = Descriptors.open();
    var pairs = new ArrayList<NativePair>();
    int[] calls = new int[MANY];
    try (var poller = LinuxPoller.uring(Ring.REQUESTS, BufferRing.BUFFERS)) {
      for (int i = 0; i < MANY; i++) {
        int index = i;
        var pair = NativePair.pipe();
        pairs.add(pair);
        pair.send();
        watch(poller, pair.near(), _ -> calls[index]++);
      }
      poller.poll(0);
      assertThat(overflowOf(ringSince(before))).as("completions beyond the ring").isPositive();
      while (IntStream.of(calls).anyMatch(count -> count == 0)) {
        poller.poll(-1);
      }
    } finally {
      pairs.forEach(NativePair::close);
    }
  }

  private static int ringSince(Map<Integer, String> before) throws IOException {
    return Descriptors.openSince(before).entrySet().stream()
        .filter(entry -> entry.getValue().contains("io_uring"))
        .findFirst()
        .orElseThrow()
        .getKey();
  }

  /** How many completions the kernel says to keep for want of room: lines under a heading. */
  private static long overflowOf(int ring) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/fdinfo/" + ring)).stream()
        .dropWhile(line -> !line.startsWith("CqOverflowList"))
        .filter(line -> line.contains("user_data"))
        .count();
  }

  @Test
  void requestsOfAThreadThatHasEndedGoOn() throws Exception {
    var pair = NativePair.pipe();
    int[] calls = new int[1];
    try (var poller = openPoller()) {
      watch(poller, pair.near(), _ -> calls[0]++);
      pollOnAThreadThatEnds(poller);
      pair.send();
      while (calls[0] == 0) {
        poller.poll(-1);
      }
      assertThat(calls[0]).isOne();
    } finally {
      pair.close();
    }
  }

  /** What it submits belongs to a thread that is gone afterwards. */
  static void pollOnAThreadThatEnds(LinuxPoller poller) throws InterruptedException {
    var thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    poller.poll(0);
                  } catch (IOException failure) {
                    throw new AssertionError(failure);
                  }
                });
    thread.join();
  }

  private static PollKey watch(LinuxPoller poller, int fd, ReadyHandler handler)
      throws IOException {
    return poller.register(new PollSource.Descriptor(fd), Interest.READ, handler);
  }
}
