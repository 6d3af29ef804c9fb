// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.testing.LogRecorderExtension;

/** A connection on its way, and everything that may happen meanwhile, in every order. */
@ExtendWith(LogRecorderExtension.class)
class ConnectModelTest {
  private static final int LIVES = 150;
  private static final int STEPS = 12;

  @Test
  @Tag("STR-70")
  @Tag("SOC-5")
  @Tag("SOC-7")
  void whateverHappensEverythingEnds() {
    for (int seed = 0; seed < LIVES; seed++) {
      var script = ConnectScript.slow();
      var life = new Life(script, new Random(seed));
      script.run(life::live);
      assertThat(life.operations).as("operations of life %d", seed).allMatch(Future::isDone);
      assertThat(life.callbacks).as("callbacks of life %d", seed).endsWith("closed");
      assertThat(life.callbacks).hasSize(life.operations.size() + 1);
      assertThat(script.transport.closed()).as("the socket of life %d", seed).isTrue();
    }
  }

  private static final class Life {
    private final ConnectScript script;
    private final Random random;
    private final List<Future<?>> operations = new ArrayList<>();
    private final List<String> callbacks = new ArrayList<>();
    private boolean arrived;

    Life(ConnectScript script, Random random) {
      this.script = script;
      this.random = random;
    }

    @Nullable Void live() {
      var stream = new IOStream();
      stream.setCloseCallback(() -> callbacks.add("closed"));
      var deadline = random.nextBoolean() ? Duration.ofSeconds(2) : null;
      begin(stream.connect(new InetSocketAddress("127.0.0.1", 9), deadline));
      for (int step = 0; step < STEPS && !stream.closed(); step++) {
        step(stream);
      }
      var cause = stream.error();
      boolean closedBefore = stream.closed();
      stream.close(new IllegalArgumentException("the last one"));
      ConnectedPair.settle();
      if (closedBefore) {
        assertThat(stream.error()).isSameAs(cause);
      }
      return null;
    }

    private void begin(Future<?> operation) {
      operations.add(operation.onComplete(_ -> callbacks.add("operation")));
    }

    private void arriveOrRefuse() {
      if (!arrived && random.nextBoolean()) {
        script.refuse();
      } else {
        arrived = true;
        script.arrive();
      }
    }

    private void step(IOStream stream) {
      switch (random.nextInt(11)) {
        case 0 -> arriveOrRefuse();
        case 1 -> stream.close();
        case 2 -> operations.get(random.nextInt(operations.size())).cancel();
        case 3 -> Futures.sleep(Duration.ofSeconds(1)).await();
        case 4, 5 -> {
          if (!stream.reading()) {
            begin(stream.readBytes(1));
          }
        }
        case 6, 7, 8 -> begin(stream.write("hello"));
        default -> Futures.moment().await();
      }
    }
  }
}
