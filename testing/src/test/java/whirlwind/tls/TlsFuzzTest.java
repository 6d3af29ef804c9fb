// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.testing.ManualClock;

/**
 * TLS against whatever may come. A few thousand inputs from a fixed seed each time; as many as are
 * wanted, from another seed, by the properties {@code whirlwind.fuzz.inputs} and {@code
 * whirlwind.fuzz.seed}.
 */
@ResourceLock("whirlwind.log")
class TlsFuzzTest {
  private static final int INPUTS = Integer.getInteger("whirlwind.fuzz.inputs", 4_000);
  private static final long SEED = Long.getLong("whirlwind.fuzz.seed", 1);

  /** Of a hundred inputs so many are of each kind: handshakes are expensive. */
  private static final int HELLOS = 50;

  private static final int PIECES = 46;
  private static final int GARBAGE = 3;
  private static final int ATTACKS = 1;

  private static final Logger WHIRLWIND = Logger.getLogger("whirlwind");

  private final List<String> surprises = new ArrayList<>();
  private final Handler listener = new Listener();

  /** That a connection fails may be logged; nothing else may. */
  private final class Listener extends Handler {
    @Override
    public void publish(LogRecord entry) {
      var message = entry.getMessage();
      boolean isFailure = message.startsWith("SSL error") || message.startsWith("error on SSL");
      if (!isFailure && entry.getLevel().intValue() >= Level.WARNING.intValue()) {
        surprises.add(message + " " + entry.getThrown());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listenToTheLog() {
    WHIRLWIND.setUseParentHandlers(false);
    WHIRLWIND.addHandler(listener);
  }

  @AfterEach
  void leaveTheLog() {
    WHIRLWIND.removeHandler(listener);
    WHIRLWIND.setUseParentHandlers(true);
  }

  @Test
  @Tag("TLS-14")
  @Tag("TLS-16")
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void nothingThatComesBreaksMoreThanItsConnection() {
    var options =
        LoopOptions.defaults()
            .withName("fuzz")
            .withClock(new ManualClock().autoAdvance(false))
            .withTrackResources(true);
    IOLoop.run(
        options,
        () -> {
          var loop = IOLoop.current();
          for (int hundred = 0; hundred < INPUTS / 100; hundred++) {
            runHundred(loop, SEED + hundred);
          }
          TlsFuzz.turns(100);
          assertThat(loop.io().open()).as("left open").isEmpty();
          assertThat(loop.tasks()).as("tasks, besides this one").hasSize(1);
          return null;
        });
    assertThat(surprises).as("in the log").isEmpty();
  }

  /** Each hundred has a seed of its own, so that it can be run alone. */
  private void runHundred(IOLoop loop, long seed) throws Exception {
    try {
      var fuzz = new TlsFuzz(loop, seed);
      for (int i = 0; i < HELLOS; i++) {
        fuzz.hello();
      }
      fuzz.chops(PIECES);
      for (int i = 0; i < GARBAGE; i++) {
        fuzz.garbage();
      }
      for (int i = 0; i < ATTACKS; i++) {
        fuzz.attack();
      }
    } catch (Exception | AssertionError failure) {
      throw new AssertionError(
          "run it again with -Dwhirlwind.fuzz.inputs=100 -Dwhirlwind.fuzz.seed=" + seed, failure);
    }
  }
}
