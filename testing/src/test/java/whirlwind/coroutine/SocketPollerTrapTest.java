// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import whirlwind.loop.IOLoop;

/**
 * Trap 2: whoever blocks on a socket first starts the JDK's socket pollers, on its own scheduler.
 * Were that a coroutine, they would die with its loop. Guards the warm-up before the first
 * coroutine.
 */
class SocketPollerTrapTest {

  @Test
  void blockingSocketsWorkAfterTheLoopThatUsedThemFirstIsGone() throws Exception {
    ChildJvm.runs(Program.class);
  }

  /** Were they the loop's, they would stand still whenever it does. */
  @Test
  void blockingSocketsWorkWhileThatLoopIsBusy() throws Exception {
    ChildJvm.runs(BusyProgram.class);
  }

  static final class BusyProgram {
    public static void main(String[] arguments) {
      IOLoop.run(
          () -> {
            Program.echoOnce();
            var done = new CountDownLatch(8);
            Thread.ofPlatform().start(() -> startEchoes(done));
            while (done.getCount() > 0) {
              Thread.onSpinWait();
            }
            return "";
          });
      System.out.println(ChildJvm.FINE);
    }

    /** From a platform thread, so that they are ordinary virtual threads. */
    private static void startEchoes(CountDownLatch done) {
      for (long left = done.getCount(); left > 0; left--) {
        Thread.ofVirtual()
            .start(
                () -> {
                  Program.echoOrExit();
                  done.countDown();
                });
      }
    }
  }

  static final class Program {
    public static void main(String[] arguments) throws Exception {
      // On the baton carrier a blocking call keeps the loop waiting; the peers are elsewhere
      // anyway.
      IOLoop.run(
          () -> {
            echoOnce();
            return "";
          });
      for (int i = 0; i < 8; i++) {
        var thread = Thread.ofVirtual().start(Program::echoOrExit);
        if (!thread.join(Duration.ofSeconds(20))) {
          System.out.println("a virtual thread hangs in a blocking socket operation");
          Runtime.getRuntime().halt(3);
        }
      }
      System.out.println(ChildJvm.FINE);
    }

    private static void echoOrExit() {
      try {
        echoOnce();
      } catch (IOException failure) {
        failure.printStackTrace(System.out);
        Runtime.getRuntime().halt(2);
      }
    }

    /** Accepts and reads before there is anything, so that both really block. */
    private static void echoOnce() throws IOException {
      try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        Thread.ofPlatform().start(() -> talkTo(server.getLocalPort()));
        try (var accepted = server.accept()) {
          if (accepted.getInputStream().read() != 7) {
            throw new IOException("wanted the byte 7");
          }
        }
      }
    }

    private static void talkTo(int port) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        Thread.sleep(20); // until the other side blocks in read
        socket.getOutputStream().write(7);
        socket.getInputStream().read();
      } catch (IOException | InterruptedException failure) {
        failure.printStackTrace(System.out);
      }
    }
  }
}
