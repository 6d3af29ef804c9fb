// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.Promise;
import whirlwind.loop.DrainReport;
import whirlwind.loop.IOLoop;
import whirlwind.net.ServerStatus.Intake;
import whirlwind.stream.IOStream;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.LoopTest.Time;

/** A server over several loops, each in a thread of its own. */
class TCPServerLoopsTest {
  private static final int LOOPS = 4;

  @TempDir private Path directory;
  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final List<IOStream> opened = new ArrayList<>();

  private static SocketAddress listen(TCPServer server) {
    return server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** Says on which loop it is, and stays until the peer goes. */
  private static ConnectionHandler naming() {
    return (stream, _) -> {
      stream.write(IOLoop.current().name() + "\n").await();
      stream.readUntilClose().await();
    };
  }

  private List<IOStream> connect(SocketAddress address, int count) {
    var clients = new ArrayList<IOStream>();
    for (int i = 0; i < count; i++) {
      clients.add(new IOStream().connect(address).await());
    }
    opened.addAll(clients);
    return clients;
  }

  private static String line(IOStream client) {
    return new String(client.readUntil("\n").await(), UTF_8).strip();
  }

  private static Map<String, List<IOStream>> byLoop(List<IOStream> clients) {
    var loops = new HashMap<String, List<IOStream>>();
    clients.forEach(
        client -> loops.computeIfAbsent(line(client), _ -> new ArrayList<>()).add(client));
    return loops;
  }

  private static void awaitConnections(TCPServer server, int count) {
    while (server.connections() != count) {
      Futures.sleep(Duration.ofMillis(1)).await();
    }
  }

  private void end(TCPServer server) {
    server.close();
    server.closed().await();
    opened.forEach(IOStream::close);
  }

  // ---------------------------------------------------------------- spreading

  @LoopTest(clock = Time.SYSTEM)
  void fourHundredConnectionsAreSpreadEvenlyOverFourLoops(IOLoop loop) {
    var server = TCPServer.overLoops(LOOPS, TCPServerLoopsTest::naming);
    var clients = connect(listen(server), 400);
    var loops = byLoop(clients);
    assertThat(loops).hasSize(LOOPS).doesNotContainKey(loop.name());
    assertThat(loops.values()).allSatisfy(each -> assertThat(each).hasSizeBetween(90, 110));
    assertThat(server.status())
        .isEqualTo(new ServerStatus(List.of(100, 100, 100, 100), 400, 0, Intake.OPEN));

    clients.forEach(IOStream::close);
    awaitConnections(server, 0);
    end(server);
  }

  @LoopTest(clock = Time.SYSTEM)
  void unlessToldOtherwiseThereIsALoopForEachProcessor(IOLoop loop) {
    var server = TCPServer.overLoops(TCPServerLoopsTest::naming);
    assertThat(server.status().connectionsByLoop())
        .hasSize(Runtime.getRuntime().availableProcessors());
    line(connect(listen(server), 1).getFirst());
    end(server);
  }

  @LoopTest(clock = Time.SYSTEM)
  void newConnectionsGoWhereTheFewestAre(IOLoop loop) {
    var server = TCPServer.overLoops(LOOPS, TCPServerLoopsTest::naming);
    var address = listen(server);
    var loops = byLoop(connect(address, 40));
    var emptied = loops.keySet().iterator().next();
    loops.get(emptied).forEach(IOStream::close);
    awaitConnections(server, 30);

    assertThat(byLoop(connect(address, 10))).containsOnlyKeys(emptied);
    assertThat(server.status().connectionsByLoop()).containsOnly(10);
    end(server);
  }

  @LoopTest(clock = Time.SYSTEM)
  void eachLoopHasAHandlerOfItsOwnThatWasMadeThere(IOLoop loop) {
    var server =
        TCPServer.overLoops(
            LOOPS,
            () -> {
              var home = IOLoop.current();
              events.add(home.name());
              return (stream, _) -> {
                assertThat(IOLoop.current()).isSameAs(home);
                stream.write("at home\n").await();
              };
            });
    var clients = connect(listen(server), 12);
    assertThat(clients).allMatch(client -> line(client).equals("at home"));
    assertThat(events).hasSize(LOOPS).doesNotHaveDuplicates().doesNotContain(loop.name());
    end(server);
  }

  @LoopTest(clock = Time.SYSTEM)
  @DisabledOnOs(OS.WINDOWS)
  void unixDomainSocketsAreSpreadToo(IOLoop loop) {
    var server = TCPServer.overLoops(LOOPS, TCPServerLoopsTest::naming);
    var address = UnixDomainSocketAddress.of(directory.resolve("socket"));
    server.listen(address);
    assertThat(byLoop(connect(address, 8)).values()).hasSize(LOOPS).allMatch(x -> x.size() == 2);
    end(server);
    assertThat(address.getPath()).doesNotExist();
  }

  @LoopTest(clock = Time.SYSTEM)
  void theLimitIsThatOfAllLoopsTogether(IOLoop loop) {
    var server =
        TCPServer.overLoops(
            LOOPS, TCPServerLoopsTest::naming, ServerOptions.defaults().withMaxConnections(10, 8));
    var clients = connect(listen(server), 12);
    var served = clients.subList(0, 10);
    served.forEach(TCPServerLoopsTest::line);
    assertThat(server.status().intake()).isEqualTo(Intake.FULL);
    var waiting = clients.get(10).readUntil("\n");
    served.getFirst().close();
    awaitConnections(server, 9);
    assertThat(waiting.isDone()).isFalse();
    served.getLast().close();
    waiting.await();
    line(clients.get(11));
    assertThat(server.connections()).isEqualTo(10);
    end(server);
  }

  // ---------------------------------------------------------------- ending

  private static List<Thread> threads(IOLoop boss) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(boss.name() + "-"))
        .toList();
  }

  @LoopTest(clock = Time.SYSTEM)
  void itsThreadsEndWithIt(IOLoop loop) throws Exception {
    var server = TCPServer.overLoops(LOOPS, TCPServerLoopsTest::naming);
    var clients = connect(listen(server), 8);
    clients.forEach(TCPServerLoopsTest::line);
    var threads = threads(loop);
    assertThat(threads).hasSize(LOOPS).allMatch(Thread::isDaemon);
    end(server);
    assertThat(clients).allMatch(client -> client.readUntilClose().await().length == 0);
    for (var thread : threads) {
      assertThat(loop.runInExecutor(() -> thread.join(Duration.ofSeconds(10))).await()).isTrue();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void stopLetsTheConnectionsComeToTheirEnd(IOLoop loop) {
    var server = TCPServer.overLoops(2, TCPServerLoopsTest::naming);
    var clients = connect(listen(server), 4);
    clients.forEach(TCPServerLoopsTest::line);
    server.stop();
    assertThat(server.status().intake()).isEqualTo(Intake.STOPPED);
    clients.subList(0, 3).forEach(IOStream::close);
    awaitConnections(server, 1);
    assertThat(server.closed().isDone()).isFalse();
    clients.getLast().close();
    server.closed().await();
    assertThat(server.drain(Duration.ofHours(1)).await().isClean()).isTrue();
  }

  @LoopTest(clock = Time.SYSTEM)
  void drainAddsUpWhatAllLoopsReport(IOLoop loop) {
    var self = new TCPServer[1];
    self[0] =
        TCPServer.overLoops(
            2,
            () ->
                (stream, _) -> {
                  if (line(stream).equals("polite")) {
                    stream.write("ready\n").await();
                    self[0].stopping().await();
                  } else {
                    stream.write("ready\n").await();
                    new Promise<Void>().await();
                  }
                });
    var clients = connect(listen(self[0]), 6);
    for (int i = 0; i < 6; i++) {
      clients.get(i).write(i < 4 ? "polite\n" : "deaf\n");
      line(clients.get(i));
    }
    var report = self[0].drain(Duration.ofMillis(200)).await();
    assertThat(report.finished()).isEqualTo(4);
    assertThat(report.cancelled())
        .extracting(DrainReport.Straggler::name)
        .containsExactlyInAnyOrder(
            "connection of " + clients.get(4).localAddress(),
            "connection of " + clients.get(5).localAddress());
    assertThat(report.aborted()).isEmpty();
    end(self[0]);
  }

  @LoopTest(clock = Time.SYSTEM)
  void aHandlerThatNeverEndsIsReportedAndHoldsNobodyUp(IOLoop loop, LogRecorder log) {
    var server =
        TCPServer.overLoops(
            2,
            () ->
                (stream, _) -> {
                  stream.write("ready\n").await();
                  for (int i = 0; i < 3; i++) {
                    try {
                      new Promise<Void>().await();
                    } catch (CancelledException _) {
                      events.add("not yet");
                    }
                  }
                });
    connect(listen(server), 1).forEach(TCPServerLoopsTest::line);
    var report = server.drain(Duration.ofMillis(10), Duration.ofMillis(10)).await();
    assertThat(report.aborted()).hasSize(1);
    end(server);
    log.expect(Level.WARNING, "closes with tasks that have not ended");
    assertThat(events).containsExactly("not yet", "not yet", "not yet");
  }

  @LoopTest(clock = Time.SYSTEM)
  void aServerThatHasHardlyBegunEndsToo(IOLoop loop) {
    var closed = TCPServer.overLoops(2, TCPServerLoopsTest::naming);
    assertThat(closed.status().intake()).isEqualTo(Intake.FULL);
    closed.close();
    closed.closed().await();

    var drained = TCPServer.overLoops(2, TCPServerLoopsTest::naming);
    listen(drained);
    assertThat(drained.drain(Duration.ofHours(1)).await()).isEqualTo(DrainReport.NOTHING);
    drained.closed().await();
  }

  // ---------------------------------------------------------------- failures

  @LoopTest(clock = Time.SYSTEM)
  void aHandlerThatCannotBeMadeEndsTheServer(IOLoop loop) {
    var server =
        TCPServer.overLoops(
            LOOPS,
            () -> {
              if (IOLoop.current().name().endsWith("-3")) {
                throw new IllegalStateException("no handler today");
              }
              return naming();
            });
    listen(server);
    assertThatIllegalStateException()
        .isThrownBy(() -> server.closed().await())
        .withMessage("no handler today");
    assertThat(server.stopping().isDone()).isTrue();
  }

  @LoopTest(clock = Time.SYSTEM)
  void failuresOfHandlersAreLoggedAsEver(IOLoop loop, LogRecorder log) {
    var server =
        TCPServer.overLoops(
            2,
            () ->
                (_, _) -> {
                  throw new IllegalStateException("cannot digest");
                });
    var client = connect(listen(server), 1).getFirst();
    assertThat(client.readUntilClose().await()).isEmpty();
    end(server);
    log.expect(Level.ERROR, "handler of the connection of .*127.0.0.1.* failed");
  }

  @LoopTest
  void argumentsThatCannotBeAreRefused(IOLoop loop) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TCPServer.overLoops(0, TCPServerLoopsTest::naming))
        .withMessage("loops: wanted at least 1, got 0");
    assertThatNullPointerException().isThrownBy(() -> TCPServer.overLoops(1, null));
  }
}
