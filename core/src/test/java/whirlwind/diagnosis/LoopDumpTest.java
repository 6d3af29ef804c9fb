// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A dump as text and as JSON. */
class LoopDumpTest {
  private static final LoopStats STATS =
      new LoopStats(
          12.5,
          Duration.ofSeconds(10),
          Duration.ofSeconds(9),
          42,
          Duration.ofMillis(1),
          Duration.ofMillis(20),
          Duration.ZERO,
          1,
          1,
          2,
          2,
          1,
          5);

  private static final LoopDump DUMP =
      new LoopDump(
          "IOLoop[front, epoll]",
          "loop",
          true,
          STATS,
          List.of("app.Main.spin(Main.java:7)"),
          List.of(List.of("a waits for b", "a")),
          List.of(
              new TaskDump(
                  "main",
                  TaskDump.State.WAITING,
                  new WaitDump("end of the children", null, null, null, List.of()),
                  null,
                  List.of("app.Main.main(Main.java:3)"),
                  List.of(
                      new ScopeDump(
                          15.0,
                          true,
                          List.of(
                              new TaskDump(
                                  "worker",
                                  TaskDump.State.WAITING,
                                  new WaitDump(
                                      "Lock.acquire()", "Lock[locked]", 2.0, 3.0, List.of("main")),
                                  "app.Main.start(Main.java:4)",
                                  List.of(),
                                  List.of())))))),
          List.of(),
          List.of(new TimerDump(13.0, "the \"callback\"\n\t\\\u0001\ud83d\ude00")),
          List.of(new ResourceDump("IOStream[a - b]", 3, 2, 64, null)),
          List.of(
              new SlowSlice("app.Main.slow", Duration.ofMillis(250), 3, List.of("app.Main.slow"))));

  @Test
  @Tag("DIA-1")
  @Tag("DIA-2")
  void theTextSaysWhatIsWrongFirstThenWhoWaitsThenWhatIsHeld() {
    assertThat(DUMP)
        .hasToString(
            """
            IOLoop[front, epoll] on the loop carrier at 12.500 s
              42 turns, 10.0 % busy of 10.000 s; lag 0.001 s, at most 0.020 s; queue age 0.000 s, 1 ready
            STUCK: the loop does not answer. It runs
              at app.Main.spin(Main.java:7)
            DEADLOCK: each waits for the next
              a waits for b
              a
            tasks: 2, of which 2 are parked
              main waits for end of the children
                  at app.Main.main(Main.java:3)
                scope, cut short in 2.500 s, asked to finish:
                  worker waits for Lock.acquire() of Lock[locked], held by main, since 2.000 s, until 3.000 s, started at app.Main.start(Main.java:4)
            timers: 1
              in 0.500 s: the "callback"
            \t\\\u0001\ud83d\ude00
            open: 1
              IOStream[a - b], 3 bytes not read, 2 bytes not sent, 64 bytes of memory
            slowest: 1
              0.250 s, seen 3 times
                at app.Main.slow
            """);
  }

  @Test
  @Tag("DIA-6")
  void theJsonHasTheSameNames() {
    assertThat(DUMP.toJson())
        .isEqualTo(
            """
            {"loop":"IOLoop[front, epoll]","carrier":"loop","stuck":true,\
            "stats":{"time":12.5,"running":10.0,"idle":9.0,"turns":42,"lag":0.001,\
            "longestLag":0.02,"queueAge":0.0,"ready":1,"timers":1,"tasks":2,"parkedTasks":2,\
            "openResources":1,"bufferedBytes":5},\
            "running":["app.Main.spin(Main.java:7)"],"cycles":[["a waits for b","a"]],\
            "tasks":[{"name":"main","state":"WAITING","waitsFor":{"operation":"end of the children",\
            "on":null,"since":null,"deadline":null,"heldBy":[]},"startedAt":null,\
            "stack":["app.Main.main(Main.java:3)"],"scopes":[{"deadline":15.0,"stopping":true,\
            "tasks":[{"name":"worker","state":"WAITING","waitsFor":{"operation":"Lock.acquire()",\
            "on":"Lock[locked]","since":2.0,"deadline":3.0,"heldBy":["main"]},\
            "startedAt":"app.Main.start(Main.java:4)","stack":[],"scopes":[]}]}]}],\
            "callbacks":[],"timers":[{"deadline":13.0,\
            "callback":"the \\"callback\\"\\n\\t\\\\\\u0001\\ud83d\\ude00"}],\
            "resources":[{"resource":"IOStream[a - b]","received":3,"unsent":2,"memory":64,"openedAt":null}],\
            "slowest":[{"callSite":"app.Main.slow","longest":0.25,"times":3,\
            "stack":["app.Main.slow"]}]}\
            """);
  }

  @Test
  @Tag("DIA-6")
  void whatIsNoNumberIsNullInJson() {
    assertThat(new TimerDump(Double.POSITIVE_INFINITY, ""))
        .extracting(Json::of)
        .isEqualTo("{\"deadline\":null,\"callback\":\"\"}");
  }

  @Test
  @Tag("DIA-7")
  void utilisationIsTheShareOfTimeThatWasNotIdle() {
    assertThat(STATS.utilisation()).isEqualTo(0.1, within(1e-9));
    var earlier =
        new LoopStats(
            10,
            Duration.ofSeconds(8),
            Duration.ofSeconds(8),
            40,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            0,
            0,
            0,
            0,
            0,
            0);
    assertThat(STATS.utilisationSince(earlier)).isEqualTo(0.5, within(1e-9));
    assertThat(STATS.utilisationSince(STATS)).isZero();
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }
}
