// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
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
    var pair = NativePair.pipe();
    int[] calls = new int[1];
    try (var poller = openPoller()) {
      watch(poller, pair.near(), _ -> calls[0]++);
      poller.poll(0);
      for (int i = 0; i < 3 * Ring.COMPLETIONS; i++) {
        // each is one completion of the waker's request, which nobody takes meanwhile
        poller.wakeup();
      }
      pair.send();
      while (calls[0] == 0) {
        poller.poll(-1);
      }
    } finally {
      pair.close();
    }
  }

  @Test
  void requestsOfAThreadThatHasEndedGoOn() throws Exception {
    var pair = NativePair.pipe();
    int[] calls = new int[1];
    try (var poller = openPoller()) {
      watch(poller, pair.near(), _ -> calls[0]++);
      var first =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      poller.poll(0);
                    } catch (IOException failure) {
                      throw new AssertionError(failure);
                    }
                  });
      first.join();
      pair.send();
      while (calls[0] == 0) {
        poller.poll(-1);
      }
      assertThat(calls[0]).isOne();
    } finally {
      pair.close();
    }
  }

  private static PollKey watch(LinuxPoller poller, int fd, ReadyHandler handler)
      throws IOException {
    return poller.register(new PollSource.Descriptor(fd), Interest.READ, handler);
  }
}
