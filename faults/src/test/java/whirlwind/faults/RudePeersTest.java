// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The echo, and peers who end in every way but the good one, or do not take what is theirs. */
class RudePeersTest {
  private static final int RESETS = Integer.getInteger("whirlwind.faults.resets", 10_000);
  private static final int HEAP_MEGABYTES = 32;

  private static ServerProcess echo;
  private static int port;
  private static Ordeal ordeal;

  @BeforeAll
  static void startEcho() throws Exception {
    echo =
        ServerProcess.start(
            List.of(),
            List.of("-Xmx" + HEAP_MEGABYTES + "m"),
            Class.forName("whirlwind.examples.Echo", false, RudePeersTest.class.getClassLoader()),
            "0");
    port = echo.port();
    ordeal = new Ordeal(echo, port);
  }

  @AfterAll
  static void endEcho() {
    echo.close();
  }

  @Test
  void aResetInMidWriteIsNoNews() throws Exception {
    ordeal.passesQuietly(
        () -> {
          for (int i = 0; i < 50; i++) {
            var peer = Peer.of(port);
            peer.send("x".repeat(100_000) + "\n" + "x".repeat(100_000)); // the echo is in mid-write
            peer.reset();
          }
        });
  }

  @Test
  void whoHalfClosesGetsWhatHeHasAskedForAndThenTheEnd() throws Exception {
    ordeal.passesQuietly(
        () -> {
          try (var peer = Peer.of(port)) {
            peer.send("one\ntwo\nand half of");
            peer.socket.shutdownOutput();
            assertThat(new String(peer.rest())).isEqualTo("one\ntwo\n");
          }
        });
  }

  @Test
  void whoSendsByteByByteIsAnsweredAsAnyOther() throws Exception {
    ordeal.passesQuietly(
        () -> {
          try (var peer = Peer.of(port)) {
            peer.socket.setTcpNoDelay(true);
            for (int b : ("slowly ".repeat(300) + "\n").getBytes()) {
              peer.send(new byte[] {(byte) b});
            }
            assertThat(peer.line()).isEqualTo("slowly ".repeat(300));
          }
        });
  }

  @Test
  void whoNeverReadsIsHeldBackAndCostsLittle() throws Exception {
    ordeal.passesQuietly(
        () -> {
          long before = residentKilobytes();
          var sent = new AtomicLong();
          var deaf = new ArrayList<Peer>();
          var senders = new ArrayList<FutureTask<Void>>();
          for (int i = 0; i < 20; i++) {
            var peer = Peer.of(port);
            deaf.add(peer);
            senders.add(sendWithoutEnd(peer, sent));
          }
          awaitStandstill(sent);
          assertThat(senders).noneMatch(FutureTask::isDone);
          // Twenty of them together would have filled the heap many times over.
          assertThat(residentKilobytes() - before).isLessThan(HEAP_MEGABYTES * 1024L);
          for (var peer : deaf) {
            peer.reset();
          }
        });
  }

  /**
   * The echo reads up to the end of a line, of which each peer's share of the heap is not enough.
   */
  @Test
  void whoNeverEndsALineIsHeldAtTheLimitOfTheLoop() throws Exception {
    ordeal.passesInRounds(
        () -> {
          var sent = new AtomicLong();
          var endless = new ArrayList<Peer>();
          for (int i = 0; i < 20; i++) {
            var peer = Peer.of(port);
            peer.ask("I am here");
            endless.add(peer);
          }
          endless.forEach(peer -> sendWithoutEnd(peer, sent, "x".repeat(10_000)));
          awaitStandstill(sent);
          for (var peer : endless) {
            peer.reset();
          }
        },
        "WARNING .* more than the limit of .* until ",
        // NIO does not tell that a peer has gone whose bytes wait in the kernel: as soon as there
        // is
        // memory again the next ones are read, up to the limit.
        "WARNING .* closed are those that are broken or hold most",
        "INFO .* all goes on as usual");
  }

  private static FutureTask<Void> sendWithoutEnd(Peer peer, AtomicLong sent) {
    return sendWithoutEnd(peer, sent, "x".repeat(9_999) + "\n");
  }

  private static FutureTask<Void> sendWithoutEnd(Peer peer, AtomicLong sent, String text) {
    var line = text.getBytes();
    var sender =
        new FutureTask<Void>(
            () -> {
              while (true) {
                peer.send(line);
                sent.addAndGet(line.length);
              }
            });
    Thread.ofPlatform().daemon().start(sender);
    return sender;
  }

  private static void awaitStandstill(AtomicLong sent) throws Exception {
    Poll.until(
        "senders that are held back",
        () -> {
          long before = sent.get();
          TimeUnit.MILLISECONDS.sleep(300);
          return before > 0 && sent.get() == before;
        },
        sent::get);
  }

  private static long residentKilobytes() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + echo.pid() + "/status"))) {
      var resident = lines.filter(line -> line.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(resident.replaceAll("\\D", ""));
    }
  }

  @Test
  void tenThousandWhoConnectAndResetLeaveNothing() throws Exception {
    ordeal.passesQuietly(
        () -> {
          for (int i = 0; i < RESETS; i++) {
            Peer.of(port).reset();
          }
        });
  }
}
