// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import whirlwind.future.CancelledException;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.Outcome;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/** Everything that can happen to a stream, in every order that chance comes up with. */
class CloseModelTest {
  private static final int LIVES = 400;
  private static final int MOST_STEPS = 80;

  @LoopTest
  @Tag("STR-66")
  @Tag("STR-70")
  @Tag("STR-72")
  void whateverHappensEverythingEnds(IOLoop loop) throws IOException {
    for (int seed = 0; seed < LIVES; seed++) {
      new Life(loop, seed).live();
    }
  }

  /** One stream from its begin to its end. */
  private static final class Life {
    private final int seed;
    private final Random random;
    private final ConnectedPair pair;
    private final IOStream stream;
    private final List<Future<?>> operations = new ArrayList<>();
    private final List<String> callbacks = new ArrayList<>();
    private @Nullable Throwable cause;
    private boolean causeKnown;

    Life(IOLoop loop, int seed) {
      this.seed = seed;
      random = new Random(seed);
      var limits = StreamLimits.defaults().withReadChunkSize(8).withMaxWriteBufferSize(64);
      pair = ConnectedPair.of(loop, 1 + random.nextInt(40), limits);
      stream = pair.stream();
      stream.setAllowHalfClose(random.nextBoolean());
      stream.setCloseCallback(() -> callbacks.add("closed"));
    }

    void live() throws IOException {
      for (int step = 0; step < MOST_STEPS && !stream.closed(); step++) {
        step();
      }
      noteCause();
      stream.close(new IllegalArgumentException("the last one"));
      noteCause();
      ConnectedPair.settle();
      pair.far().close();
      check();
    }

    private void step() throws IOException {
      switch (random.nextInt(100)) {
        case 0 -> stream.close();
        case 1 -> stream.close(new IllegalArgumentException("cause of " + seed));
        case 2 -> pair.far().close();
        case 3 -> pair.far().reset();
        case 4 -> pair.near().failNextRead(new IOException("Connection reset"));
        case 5 -> pair.near().failNextWrite(new IOException("Broken pipe"));
        case 6 -> attempt(stream::shutdownOutput);
        case 7 -> shutDownFarEnd();
        case 8, 9, 10, 11, 12 -> cancelOne();
        case 13, 14 -> Futures.sleep(Duration.ofSeconds(random.nextInt(5))).await();
        default -> workOrWait();
      }
    }

    private void workOrWait() throws IOException {
      switch (random.nextInt(5)) {
        case 0 -> attempt(() -> begin(read()));
        case 1 -> attempt(() -> begin(stream.write(new byte[random.nextInt(50)], deadline())));
        case 2 -> pair.take(random.nextInt(30));
        case 3 -> sendFromFarEnd();
        default -> Futures.moment().await();
      }
    }

    private Future<?> read() {
      return switch (random.nextInt(8)) {
        case 0 -> stream.readBytes(random.nextInt(20), deadline());
        case 1 -> stream.readPartial(1 + random.nextInt(20), deadline());
        case 2 -> stream.readUntil("\n", deadline());
        case 3 -> stream.readUntil("\n", 1 + random.nextInt(30));
        case 4 -> stream.readInto(ByteBuffer.allocate(random.nextInt(20)), random.nextBoolean());
        case 5 -> stream.readUntilClose(deadline());
        case 6 -> stream.readBytes(random.nextInt(20), _ -> Futures.moment().await());
        default -> stream.readUntilClose(_ -> {});
      };
    }

    private @Nullable Duration deadline() {
      return random.nextInt(3) == 0 ? Duration.ofSeconds(random.nextInt(4)) : null;
    }

    private void begin(Future<?> operation) {
      operations.add(operation.onComplete(_ -> callbacks.add("operation")));
    }

    /** What may be refused at the call. */
    private void attempt(Runnable act) {
      try {
        act.run();
      } catch (StreamBufferFullException | StreamClosedException | IllegalStateException _) {
        assertThat(stream.closed() || stream.reading() || stream.writing() || isHalfClosed())
            .as("a reason to refuse, life %d", seed)
            .isTrue();
      }
    }

    private boolean isHalfClosed() {
      return stream.inputEnded() || pair.near().toString().contains("closed") || outputIsShut();
    }

    private boolean outputIsShut() {
      try {
        stream.write("");
        return false;
      } catch (IllegalStateException | StreamException _) {
        return true;
      }
    }

    private void cancelOne() {
      if (!operations.isEmpty()) {
        operations.get(random.nextInt(operations.size())).cancel();
      }
    }

    private void sendFromFarEnd() throws IOException {
      var text = "x".repeat(random.nextInt(12)) + (random.nextBoolean() ? "\n" : "");
      try {
        pair.far().write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
      } catch (IOException _) {
        // this end is closed
      }
    }

    private void shutDownFarEnd() throws IOException {
      if (!pair.far().closed()) {
        pair.far().shutdownOutput();
      }
    }

    private void noteCause() {
      if (stream.closed() && !causeKnown) {
        causeKnown = true;
        cause = stream.error();
      }
    }

    private void check() {
      assertThat(operations).as("operations of life %d", seed).allMatch(Future::isDone);
      assertThat(stream.error()).as("the first cause of life %d", seed).isSameAs(cause);
      assertThat(stream.reading()).isFalse();
      assertThat(stream.writing()).isFalse();
      assertThat(callbacks).as("callbacks of life %d", seed).endsWith("closed");
      assertThat(callbacks.stream().filter("closed"::equals)).hasSize(1);
      assertThat(callbacks).hasSize(operations.size() + 1);
      operations.forEach(operation -> checkOutcome(operation.outcome()));
    }

    private void checkOutcome(Outcome<?> outcome) {
      switch (outcome) {
        case Outcome.Success<?> _ -> {}
        case Outcome.Cancelled<?>(var why) ->
            assertThat(why).isInstanceOf(CancelledException.class);
        case Outcome.Failure<?>(StreamClosedException closed) -> checkClosed(closed);
        case Outcome.Failure<?>(var why) -> assertThat(why).isInstanceOf(TimeoutException.class);
      }
    }

    /** The cause is the stream's, or there was only the end of the input. */
    private void checkClosed(StreamClosedException closed) {
      if (closed.realError() != null || !stream.inputEnded()) {
        assertThat(closed.realError()).as("real error in life %d", seed).isSameAs(cause);
      }
    }
  }
}
