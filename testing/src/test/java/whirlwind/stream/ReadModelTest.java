// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Future;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

/**
 * Random reads of random bytes that arrive in random pieces, against a model: the text that no read
 * has taken yet. Whatever a read gives is the beginning of it; whatever else becomes of a read, the
 * text stays.
 */
class ReadModelTest {
  private static final int CASES = 2_500;

  private enum Arrival {
    BEFORE,
    LATER_IN_ONE_PIECE,
    BYTE_BY_BYTE,
    IN_RANDOM_PIECES
  }

  private enum End {
    EOF,
    RESET
  }

  /** What a test asks for; {@code most} is a count, a limit or a size. */
  private record Request(Kind kind, int most) {
    enum Kind {
      BYTES,
      PARTIAL,
      UNTIL,
      UNTIL_LIMITED,
      REGEX,
      REGEX_LIMITED,
      INTO,
      INTO_PARTIAL,
      UNTIL_CLOSE
    }

    /** How many characters of {@code left} are the result when all of it is there; -1: never. */
    int wanted(String left) {
      int end =
          switch (kind) {
            case BYTES, INTO -> most;
            case PARTIAL, INTO_PARTIAL -> Math.min(Math.max(1, left.length()), most);
            case UNTIL, UNTIL_LIMITED -> left.contains("ab") ? left.indexOf("ab") + 2 : -1;
            case REGEX, REGEX_LIMITED -> {
              var matcher = REGEX.matcher(left);
              yield matcher.find() ? matcher.end() : -1;
            }
            case UNTIL_CLOSE -> left.length();
          };
      return end > left.length() || isLimited() && end > most ? -1 : end;
    }

    boolean isLimited() {
      return kind == Kind.UNTIL_LIMITED || kind == Kind.REGEX_LIMITED;
    }

    boolean isPartial() {
      return kind == Kind.PARTIAL || kind == Kind.INTO_PARTIAL;
    }
  }

  /** Of fixed length, so that the first match does not depend on the pieces. */
  private static final Pattern REGEX = Pattern.compile("b[bc]");

  /** One stream and what a test knows of it. */
  private static final class Case {
    private final Random random;
    private final ReadPeer peer;
    private final boolean givesUp;
    private final StringBuilder left = new StringBuilder();
    private final StringBuilder log = new StringBuilder();
    private boolean ended;

    Case(IOLoop loop, long seed, boolean givesUp) {
      this.random = new Random(seed);
      this.givesUp = givesUp;
      var limits = ReadPeer.most(1024).withReadChunkSize(random.nextInt(1, 40));
      this.peer = ReadPeer.of(loop, limits, random.nextInt(1, 100));
      if (random.nextInt(4) == 0) {
        peer.near().maxRead(random.nextInt(1, 5));
      }
    }

    void run(IOLoop loop, Arrival arrival, End end) {
      var text = text(random.nextInt(60));
      left.append(text);
      var feeder =
          loop.spawn(
              () -> {
                feed(text, arrival, end);
                return null;
              });
      if (arrival == Arrival.BEFORE) {
        while (!feeder.isDone() && peer.near().available() < text.length()) {
          Futures.moment().await();
          if (peer.far().statistics().writes() > 20) {
            break; // it does not fit
          }
        }
      }
      try (peer) {
        for (int i = 0; i < 8 && !ended; i++) {
          read();
        }
        if (!ended) {
          readRest(end);
        }
        assertThat(peer.stream().reading()).isFalse();
      }
      feeder.await();
    }

    private String text(int length) {
      return random
          .ints(length, 'a', 'd')
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();
    }

    private void feed(String text, Arrival arrival, End end) throws IOException {
      try {
        int sent = 0;
        while (sent < text.length()) {
          pause(arrival);
          int piece =
              switch (arrival) {
                case BEFORE, LATER_IN_ONE_PIECE -> text.length() - sent;
                case BYTE_BY_BYTE -> 1;
                case IN_RANDOM_PIECES -> random.nextInt(1, text.length() - sent + 1);
              };
          var source = ByteBuffer.wrap(text.substring(sent, sent + piece).getBytes(ISO_8859_1));
          while (source.hasRemaining()) {
            if (peer.far().write(source) == 0) {
              Futures.moment().await();
            }
          }
          sent += piece;
        }
        pause(random.nextBoolean() ? arrival : Arrival.BEFORE);
        switch (end) {
          case EOF -> peer.far().shutdownOutput();
          case RESET -> peer.far().reset();
        }
      } catch (IOException broken) {
        assertThat(peer.stream().closed()).as("a stream that takes no more: " + log).isTrue();
      }
    }

    private void pause(Arrival arrival) {
      if (arrival != Arrival.BEFORE) {
        for (int i = random.nextInt(1, 5); i > 0; i--) {
          Futures.moment().await();
        }
      }
    }

    // -------------------------------------------------------------- one read

    private void read() {
      var kinds = Request.Kind.values();
      var kind = kinds[random.nextInt(kinds.length)];
      if (kind == Request.Kind.UNTIL_CLOSE && random.nextInt(4) != 0) {
        kind = Request.Kind.BYTES; // else most cases would be short
      }
      var request = new Request(kind, random.nextInt(1, 30));
      var target = target(request.most);
      log.append('\n').append(request).append(" on ").append(left).append(": ");
      Future<?> read;
      try {
        read = start(request, target);
      } catch (StreamClosedException closed) {
        log.append("closed at the call");
        assertThat(request.wanted(left.toString())).as("wanted, %s", log).isNegative();
        return;
      }
      if (givesUp && giveUp(read)) {
        log.append("given up");
        assertThat(target.position()).as("%s", log).isEqualTo(1);
        return;
      }
      try {
        took(request, bytesOf(read.await(), target));
      } catch (TimeoutException _) {
        log.append("timed out");
        assertThat(target.position()).as("%s", log).isEqualTo(1);
      } catch (StreamClosedException failure) {
        failed(request, failure, target);
      }
    }

    private ByteBuffer target(int size) {
      var target =
          random.nextBoolean()
              ? ByteBuffer.allocate(size + 9)
              : ByteBuffer.allocateDirect(size + 9);
      return target.position(1).limit(size + 1);
    }

    private Future<?> start(Request request, ByteBuffer target) {
      var stream = peer.stream();
      int most = request.most;
      var limit = timeout();
      return switch (request.kind) {
        case BYTES -> stream.readBytes(most, limit);
        case PARTIAL -> stream.readPartial(most, limit);
        case UNTIL -> stream.readUntil("ab", limit);
        case UNTIL_LIMITED -> stream.readUntil("ab", most, limit);
        case REGEX -> stream.readUntilRegex(REGEX, limit);
        case REGEX_LIMITED -> stream.readUntilRegex(REGEX, most, limit);
        case INTO -> stream.readInto(target, false, limit);
        case INTO_PARTIAL -> stream.readInto(target, true, limit);
        case UNTIL_CLOSE -> stream.readUntilClose(limit);
      };
    }

    /**
     * Time stands still while anything else goes on, so only zero can interrupt a read half-way.
     */
    private @Nullable Duration timeout() {
      return givesUp && random.nextInt(4) == 0 ? Duration.ZERO : null;
    }

    private boolean giveUp(Future<?> read) {
      if (random.nextInt(3) != 0) {
        return false;
      }
      for (int i = random.nextInt(20); i > 0; i--) {
        Futures.moment().await();
      }
      return read.cancel();
    }

    private static byte[] bytesOf(Object result, ByteBuffer target) {
      if (result instanceof byte[] bytes) {
        return bytes;
      }
      assertThat(target.position() - 1).isEqualTo(result);
      return taken(target);
    }

    private static byte[] taken(ByteBuffer target) {
      byte[] bytes = new byte[target.position() - 1];
      target.get(1, bytes);
      return bytes;
    }

    private void took(Request request, byte[] bytes) {
      var text = new String(bytes, ISO_8859_1);
      log.append(text);
      int wanted = request.wanted(left.toString());
      if (request.isPartial()) {
        assertThat(text.length()).as("%s", log).isBetween(1, wanted);
      } else {
        assertThat(text.length()).as("%s", log).isEqualTo(wanted);
      }
      assertThat(left.toString()).as("%s", log).startsWith(text);
      left.delete(0, text.length());
    }

    private void failed(Request request, StreamClosedException failure, ByteBuffer target) {
      log.append(failure.realError());
      assertThat(peer.stream().error()).as("%s", log).isSameAs(failure.realError());
      int wanted = request.wanted(left.toString());
      switch (failure.realError()) {
        case UnsatisfiableReadException _ -> {
          assertThat(request.isLimited()).as("%s", log).isTrue();
          assertThat(wanted).as("%s", log).isNegative();
          assertThat(left.length()).as("%s", log).isGreaterThanOrEqualTo(request.most);
          var received = new String(peer.stream().readUntilClose().result(), ISO_8859_1);
          assertThat(received.length()).as("%s", log).isGreaterThanOrEqualTo(request.most);
          assertThat(left.toString()).as("%s", log).startsWith(received);
          ended = true;
        }
        case IOException _ when request.kind == Request.Kind.UNTIL_CLOSE -> {
          assertThat(new String(failure.partial(), ISO_8859_1)).as("%s", log).isEqualTo(left + "");
          left.setLength(0);
        }
        case null, default -> {
          assertThat(wanted).as("%s", log).isNegative();
          if (request.isLimited()) {
            assertThat(left.length()).as("%s", log).isLessThan(request.most);
          }
          byte[] transferred = taken(target);
          assertThat(failure.bytesTransferred()).as("%s", log).isEqualTo(transferred.length);
          var text = new String(transferred, ISO_8859_1);
          assertThat(left.toString()).as("%s", log).startsWith(text);
          left.delete(0, text.length());
        }
      }
    }

    private void readRest(End end) {
      log.append("\nthe rest of ").append(left).append(": ");
      boolean closedBefore = peer.stream().closed();
      try {
        var rest = new String(peer.stream().readUntilClose().await(), ISO_8859_1);
        assertThat(rest).as("%s", log).isEqualTo(left + "");
        assertThat(end == End.EOF || closedBefore).as("%s", log).isTrue();
      } catch (StreamClosedException failure) {
        assertThat(end).as("%s", log).isEqualTo(End.RESET);
        assertThat(new String(failure.partial(), ISO_8859_1)).as("%s", log).isEqualTo(left + "");
      }
    }
  }

  @LoopTest
  @Tag("STR-7")
  @Tag("STR-20")
  void readsGiveWhatTheModelSays(IOLoop loop) {
    runCases(loop, false, 1);
  }

  @LoopTest
  @Tag("STR-12")
  void readsThatAreGivenUpTakeNothing(IOLoop loop) {
    runCases(loop, true, 1_000_000);
  }

  private static void runCases(IOLoop loop, boolean givesUp, long firstSeed) {
    List<Arrival> arrivals = List.of(Arrival.values());
    List<End> ends = List.of(End.values());
    for (long seed = firstSeed; seed < firstSeed + CASES; seed++) {
      var arrival = arrivals.get((int) (seed % arrivals.size()));
      var end = ends.get((int) (seed / arrivals.size() % ends.size()));
      var each = new Case(loop, seed, givesUp);
      try {
        each.run(loop, arrival, end);
      } catch (AssertionError | RuntimeException wrong) {
        fail("seed %d, %s, %s:%s".formatted(seed, arrival, end, each.log), wrong);
      }
    }
  }
}
