// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import whirlwind.diagnosis.SlowSlice;

/**
 * What a watchdog has seen of one loop, by call site, so that what happens a thousand times is
 * reported now and then, and not a thousand times. Any thread.
 */
final class SlowSlices {
  private static final long REPORT_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Of a program with more slow places the quickest are forgotten. */
  private static final int MOST_SITES = 100;

  private static final Set<String> LIBRARY =
      Set.of("java.", "javax.", "jdk.", "sun.", "whirlwind.");

  /** One call site. */
  private static final class Site {
    final String name;
    long longestNanos;
    long times;
    long reportedTimes;
    long reportedAt;
    StackTraceElement[] stack = {};

    Site(String name) {
      this.name = name;
    }

    SlowSlice value() {
      return new SlowSlice(name, Duration.ofNanos(longestNanos), times, StackText.ofUser(stack));
    }
  }

  private final Map<String, Site> sites = new HashMap<>();

  /**
   * Notes a slice that has become slow.
   *
   * @return how often that was seen there since the last report, this time included; 0 when it is
   *     not to be reported again so soon
   */
  synchronized long begin(StackTraceElement[] stack, long runningNanos, long now) {
    var site = site(stack);
    site.times++;
    if (site.stack.length == 0) {
      site.stack = stack;
    }
    site.longestNanos = Math.max(site.longestNanos, runningNanos);
    if (site.reportedTimes > 0 && now - site.reportedAt < REPORT_INTERVAL_NANOS) {
      return 0;
    }
    long since = site.times - site.reportedTimes;
    site.reportedTimes = site.times;
    site.reportedAt = now;
    return since;
  }

  /** The slice that {@link #begin} was told of has lasted so long. */
  synchronized void goOn(StackTraceElement[] stack, long runningNanos) {
    var site = site(stack);
    if (runningNanos > site.longestNanos) {
      site.longestNanos = runningNanos;
      site.stack = stack;
    }
  }

  private Site site(StackTraceElement[] stack) {
    var name = callSite(stack);
    var known = sites.get(name);
    if (known != null) {
      return known;
    }
    if (sites.size() == MOST_SITES) {
      sites.values().stream()
          .min(Comparator.comparingLong(site -> site.longestNanos))
          .ifPresent(quickest -> sites.remove(quickest.name));
    }
    var site = new Site(name);
    sites.put(name, site);
    return site;
  }

  /** The innermost frame of the program, which is what has to be changed. */
  private static String callSite(StackTraceElement[] stack) {
    for (var frame : stack) {
      if (LIBRARY.stream().noneMatch(frame.getClassName()::startsWith)) {
        return frame.toString();
      }
    }
    return stack.length == 0 ? "nowhere" : stack[0].toString();
  }

  /** The slowest first. */
  synchronized List<SlowSlice> slowest() {
    var all = new ArrayList<>(sites.values());
    all.sort(Comparator.<Site>comparingLong(site -> site.longestNanos).reversed());
    return all.stream().map(Site::value).toList();
  }
}
