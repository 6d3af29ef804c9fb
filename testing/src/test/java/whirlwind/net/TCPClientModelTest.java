// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.future.Outcome;
import whirlwind.future.TimeoutException;
import whirlwind.net.ScriptedNetwork.Reply;
import whirlwind.stream.IOStream;
import whirlwind.testing.LogRecorderExtension;

/**
 * Hosts whose addresses answer at random, against RFC 8305 as a few lines of arithmetic: when every
 * attempt starts, who wins, when, and that nothing else is left. Times are of nanoseconds, so that
 * no two events fall together.
 */
@ExtendWith(LogRecorderExtension.class)
class TCPClientModelTest {
  private static final int RACES = 500;
  private static final long NEVER = Long.MAX_VALUE / 4;

  /** What comes of an attempt, how long after its start; never if it is silent. */
  private record Fate(InetSocketAddress address, boolean accepts, long afterNanos) {
    Reply reply() {
      if (afterNanos == NEVER) {
        return new Reply.Silence();
      }
      var after = Duration.ofNanos(afterNanos);
      if (accepts) {
        return new Reply.Accept(after);
      }
      return afterNanos == 0 ? new Reply.RefuseAtOnce() : new Reply.Refuse(after);
    }
  }

  /** A host, the options, and when the caller has enough. */
  private record Race(
      List<Fate> fates, ConnectOptions options, @Nullable Duration cancelledAfter) {}

  /** What must come of it. */
  private record Expected(List<Long> starts, @Nullable Fate winner, long endNanos) {}

  @Test
  @Tag("SOC-10")
  void everyRaceGoesByTheRfc() {
    for (int seed = 0; seed < RACES; seed++) {
      var race = random(new Random(seed));
      var network = new ScriptedNetwork();
      race.fates.forEach(fate -> network.reply(fate.address, fate.reply()));
      int number = seed;
      network.run(
          () -> {
            check(network, race, "race " + number + ": " + race);
            return null;
          });
    }
  }

  private static Race random(Random random) {
    var fates = new ArrayList<Fate>();
    int count = 1 + random.nextInt(6);
    for (int i = 1; i <= count; i++) {
      var literal = (random.nextBoolean() ? "2001:db8::" : "10.0.0.") + i;
      var address = new InetSocketAddress(InetAddress.ofLiteral(literal), 80);
      long after =
          switch (random.nextInt(5)) {
            case 0 -> NEVER;
            case 1 -> 0;
            default -> 1 + random.nextLong(1_000_000_000);
          };
      fates.add(new Fate(address, after != 0 && random.nextInt(3) == 0, after));
    }
    var options =
        ConnectOptions.defaults()
            .withFirstFamilyCount(1 + random.nextInt(3))
            .withAttemptDelay(Duration.ofNanos(random.nextLong(10_000_000, 500_000_000)))
            .withTimeout(Duration.ofNanos(random.nextLong(3_000_000_000L)));
    return new Race(
        fates,
        options,
        random.nextInt(4) == 0 ? Duration.ofNanos(random.nextLong(1_500_000_000)) : null);
  }

  // ---------------------------------------------------------------- the reference

  private static Expected expected(Race race) {
    var fates = inOrder(race);
    var starts = new ArrayList<Long>();
    long start = 0;
    for (var fate : fates) {
      starts.add(start);
      long failsAfter = fate.accepts ? NEVER : fate.afterNanos;
      start += Math.min(race.options.attemptDelay().toNanos(), failsAfter);
    }
    int winner =
        IntStream.range(0, fates.size())
            .filter(i -> fates.get(i).accepts)
            .boxed()
            .min(Comparator.comparing(i -> starts.get(i) + fates.get(i).afterNanos))
            .orElse(-1);
    long raceEnds =
        winner >= 0
            ? starts.get(winner) + fates.get(winner).afterNanos
            : IntStream.range(0, fates.size())
                .mapToLong(i -> starts.get(i) + fates.get(i).afterNanos)
                .max()
                .orElseThrow();
    long end = Math.min(raceEnds, givenUpAfter(race));
    return new Expected(
        starts.stream().filter(at -> at <= end).toList(),
        winner >= 0 && end == raceEnds ? fates.get(winner) : null,
        end);
  }

  private static long givenUpAfter(Race race) {
    long timeout = race.options.timeout().toNanos();
    return race.cancelledAfter == null ? timeout : Math.min(timeout, race.cancelledAfter.toNanos());
  }

  /** By rank: the first ones, then one of each family in turn, the other family in front. */
  private static List<Fate> inOrder(Race race) {
    int inFront = race.options.firstFamilyCount();
    var first = race.fates.getFirst().address.getAddress().getClass();
    var ranks = new ArrayList<Integer>();
    int ofFirst = 0;
    int ofOther = 0;
    for (var fate : race.fates) {
      boolean isFirst = fate.address.getAddress().getClass() == first;
      int place = isFirst ? ofFirst++ : ofOther++;
      ranks.add(
          !isFirst ? 2 * place : place < inFront ? place - inFront : 2 * (place - inFront) + 1);
    }
    return IntStream.range(0, ranks.size())
        .boxed()
        .sorted(Comparator.comparing(ranks::get))
        .map(race.fates::get)
        .toList();
  }

  // ---------------------------------------------------------------- the comparison

  private static void check(ScriptedNetwork network, Race race, String name) {
    var expected = expected(race);
    var outcome = outcome(race);
    assertThat(network.now().toNanos()).as(name).isEqualTo(expected.endNanos);
    assertThat(network.connections().stream().map(each -> each.startedAt.toNanos()).toList())
        .as(name)
        .isEqualTo(expected.starts);
    assertThat(network.connections().stream().map(each -> each.address).toList())
        .as(name)
        .isEqualTo(
            inOrder(race).stream().limit(expected.starts.size()).map(Fate::address).toList());
    if (outcome instanceof Outcome.Success<IOStream>(var stream)) {
      assertThat(expected.winner).as(name).isNotNull();
      assertThat(stream.remoteAddress()).as(name).isEqualTo(expected.winner.address);
      assertThat(network.open()).as(name).hasSize(1);
      stream.close();
    } else {
      assertThat(expected.winner).as(name).isNull();
    }
    assertThat(network.open()).as(name).isEmpty();
    assertThat(network.nothingIsLeft()).as(name).isTrue();
  }

  private static Outcome<IOStream> outcome(Race race) {
    var resolved = race.fates.stream().map(Fate::address).toList();
    var connecting =
        new TCPClient((_, _, _) -> Futures.completed(resolved))
            .connect("example.org", 80, race.options);
    if (race.cancelledAfter != null) {
      var enough = Futures.sleep(race.cancelledAfter).onComplete(_ -> connecting.cancel());
      connecting.onComplete(_ -> enough.cancel());
    }
    try {
      connecting.await();
    } catch (UncheckedIOException | TimeoutException | CancelledException _) {
      // the outcome says it
    }
    return connecting.outcome();
  }
}
