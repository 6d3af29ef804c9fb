// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A {@link LoopDump} as people read it: what is wrong first, then who waits, then what is held. */
final class DumpText {
  private static final int INDENT = 2;

  private final StringBuilder out = new StringBuilder();
  private final double now;

  private DumpText(LoopDump dump) {
    now = dump.stats().time();
  }

  static String of(LoopDump dump) {
    var text = new DumpText(dump);
    text.write(dump);
    return text.out.toString();
  }

  private void write(LoopDump dump) {
    var stats = dump.stats();
    line(0, dump.loop() + " on the " + dump.carrier() + " carrier at " + seconds(now));
    line(
        1,
        String.format(
            Locale.ROOT,
            "%d turns, %.1f %% busy of %s; lag %s, at most %s; queue age %s, %d ready",
            stats.turns(),
            100 * stats.utilisation(),
            seconds(stats.running()),
            seconds(stats.lag()),
            seconds(stats.longestLag()),
            seconds(stats.queueAge()),
            stats.ready()));
    if (dump.stuck()) {
      line(0, "STUCK: the loop does not answer. It runs");
      stack(1, dump.running());
    }
    for (var cycle : dump.cycles()) {
      line(0, "DEADLOCK: each waits for the next");
      cycle.forEach(task -> line(1, task));
    }
    line(0, "tasks: %d, of which %d are parked".formatted(stats.tasks(), stats.parkedTasks()));
    dump.tasks().forEach(task -> task(1, task));
    section("callbacks in an await", dump.callbacks().size(), dump.callbacks().size());
    dump.callbacks().forEach(task -> task(1, task));
    section("timers", stats.timers(), dump.timers().size());
    for (var timer : dump.timers()) {
      line(1, "in " + seconds(timer.deadline() - now) + ": " + timer.callback());
    }
    section("open", stats.openResources(), dump.resources().size());
    dump.resources().forEach(this::resource);
    section("slowest", dump.slowest().size(), dump.slowest().size());
    for (var slice : dump.slowest()) {
      line(1, seconds(slice.longest()) + ", seen " + slice.times() + " times");
      stack(2, slice.stack());
    }
  }

  private void section(String name, int count, int shown) {
    if (count > 0) {
      line(0, name + ": " + count + (shown < count ? ", of which " + shown + " are shown" : ""));
    }
  }

  private void task(int depth, TaskDump task) {
    var waits = task.waitsFor();
    line(
        depth,
        task.name()
            + (waits == null
                ? " is " + task.state().name().toLowerCase(Locale.ROOT)
                : " waits for " + waits)
            + (task.startedAt() == null ? "" : ", started at " + task.startedAt()));
    stack(depth + 2, task.stack());
    for (var scope : task.scopes()) {
      var deadline = scope.deadline();
      line(
          depth + 1,
          "scope"
              + (deadline == null ? "" : ", cut short in " + seconds(deadline - now))
              + (scope.stopping() ? ", asked to finish" : "")
              + (scope.tasks().isEmpty() ? ", empty" : ":"));
      scope.tasks().forEach(child -> task(depth + 2, child));
    }
  }

  private void resource(ResourceDump resource) {
    line(
        1,
        resource.resource()
            + (resource.received() == 0 ? "" : ", " + resource.received() + " bytes not read")
            + (resource.unsent() == 0 ? "" : ", " + resource.unsent() + " bytes not sent")
            + (resource.memory() == 0 ? "" : ", " + resource.memory() + " bytes of memory")
            + (resource.openedAt() == null ? "" : ", opened at " + resource.openedAt()));
  }

  private void stack(int depth, List<String> frames) {
    frames.forEach(frame -> line(depth, "at " + frame));
  }

  private static String seconds(Duration time) {
    return seconds(time.toNanos() / 1e9);
  }

  private static String seconds(double time) {
    return String.format(Locale.ROOT, "%.3f s", time);
  }

  private void line(int depth, String text) {
    out.append(" ".repeat(INDENT * depth)).append(text).append('\n');
  }
}
