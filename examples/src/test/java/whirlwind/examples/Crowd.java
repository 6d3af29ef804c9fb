// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Very many callers, each with a virtual thread of the JDK's own. */
final class Crowd implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 40;

  /** What one caller does. */
  @FunctionalInterface
  interface Act<T> {
    T by(Caller caller) throws Exception;
  }

  final List<Caller> callers = new ArrayList<>();

  Crowd(int port, int size, int rooms) throws IOException {
    for (int i = 0; i < size; i++) {
      callers.add(new Caller(port, "u" + i, "room" + i % rooms));
    }
  }

  /** All of these do something at the same time; the results come in the order of the callers. */
  static <T> List<T> all(List<Caller> callers, Act<T> act) throws Exception {
    return await(start(callers, act));
  }

  static <T> List<FutureTask<T>> start(List<Caller> callers, Act<T> act) {
    return callers.stream().map(caller -> started(() -> act.by(caller))).toList();
  }

  private static <T> FutureTask<T> started(Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread.ofVirtual().start(task);
    return task;
  }

  static <T> List<T> await(List<FutureTask<T>> tasks) throws Exception {
    long end = System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS);
    var results = new ArrayList<T>();
    for (var task : tasks) {
      results.add(task.get(end - System.currentTimeMillis(), TimeUnit.MILLISECONDS));
    }
    return results;
  }

  @Override
  public void close() throws IOException {
    for (var caller : callers) {
      caller.close();
    }
  }
}
