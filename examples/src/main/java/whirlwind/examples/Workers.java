// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import whirlwind.loop.IOLoop;
import whirlwind.loop.PeriodicCallback;
import whirlwind.loop.TaskScope;
import whirlwind.sync.Queue;

/**
 * Work that keeps the processor busy, on a pool of threads: {@code ./example workers [number ...]}
 * counts the primes below each number. The loop hands out the work and stays free: it ticks on.
 *
 * <p>As many coroutines as the pool has threads take jobs from one queue: what the pool cannot do
 * yet waits there, where it can be counted and closed.
 */
final class Workers {
  private static final List<Integer> SOME =
      List.of(1_000_000, 2_000_000, 3_000_000, 1_500_000, 2_500_000, 500_000);

  private Workers() {}

  static void main(String[] arguments) {
    var jobs = arguments.length > 0 ? numbers(arguments) : SOME;
    int threads = Runtime.getRuntime().availableProcessors();
    System.out.printf(
        "workers: count primes on %d threads; give other numbers to count below those%n", threads);
    try (var pool = Executors.newFixedThreadPool(threads)) {
      IOLoop.run(
          () -> {
            var ticks = new int[1];
            new PeriodicCallback(() -> ticks[0]++, 1).start();
            var todo = new Queue<Integer>();
            jobs.forEach(todo::putNowait);
            todo.close(); // what is in it is still handed out
            var counts = new TreeMap<Integer, Integer>();
            TaskScope.run(
                scope -> {
                  for (int i = 0; i < threads; i++) {
                    scope.spawn(
                        "worker " + i,
                        () -> {
                          for (int below : todo) {
                            var count =
                                IOLoop.current()
                                    .runInExecutor(pool, () -> primesBelow(below))
                                    .await();
                            counts.put(below, count); // on the loop: no lock
                          }
                          return null;
                        });
                  }
                  return null;
                });
            counts.forEach(
                (below, count) -> System.out.printf("%,d primes below %,d%n", count, below));
            System.out.printf("workers: meanwhile the loop ticked %d times%n", ticks[0]);
            return null;
          });
    }
  }

  private static List<Integer> numbers(String[] arguments) {
    return List.of(arguments).stream().map(Integer::valueOf).toList();
  }

  private static int primesBelow(int number) {
    return (int) IntStream.range(2, number).filter(Workers::isPrime).count();
  }

  private static boolean isPrime(int number) {
    for (int divisor = 2; (long) divisor * divisor <= number; divisor++) {
      if (number % divisor == 0) {
        return false;
      }
    }
    return true;
  }
}
