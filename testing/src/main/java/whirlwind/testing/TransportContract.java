// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import whirlwind.io.Interest;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/**
 * What every transport must do, as a suite: a test class of an implementation extends it and says
 * how two ends are connected and how time passes.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class TransportContract {

  /** How long an event that must come may take, in real time. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** Enough turns for an event that must not come to come. */
  private static final int A_WHILE = 4;

  /** For the suite of one implementation. */
  protected TransportContract() {}

  /** Two ends of one connection, not attached; either may still be connecting. */
  public record Ends(Transport near, Transport far) {}

  /** A transport, connected and not attached, and how to reset it from the other side. */
  public record Doomed(Transport transport, Step reset) {}

  /** Something that is done or asked, and may fail. */
  @FunctionalInterface
  public interface Step {
    /** Does it. */
    void run() throws Exception;
  }

  /** Something that a test waits for. */
  @FunctionalInterface
  public interface Condition {
    /** Whether it holds now. */
    boolean holds() throws Exception;
  }

  private final List<Transport> opened = new ArrayList<>();

  /** Two ends of a new connection. */
  protected abstract Ends connect() throws Exception;

  /** A new connection whose other side can break it; null when it can only end it, as a pipe's. */
  protected abstract @Nullable Doomed doomed() throws Exception;

  /**
   * Lets a little time pass: polls once, for a few milliseconds at most, or runs what is queued.
   */
  protected abstract void turn() throws Exception;

  /** A transport that is connecting to where nobody listens; null when there is no such thing. */
  protected abstract @Nullable Transport refused() throws Exception;

  /** Whether an end that has shut down its output still gets what the other one writes. */
  protected boolean hasHalfClose() {
    return true;
  }

  /** Lets go of what {@link #prepare} made; called after all transports were closed. */
  protected void release() throws Exception {}

  /** Lets an end take in what its protocol says by itself, once it is connected. */
  protected void connected(Transport transport) throws Exception {}

  /** Makes what {@link #connect} needs; called before it. */
  protected void prepare() throws Exception {}

  /** Whether both ends know addresses. */
  protected abstract boolean hasAddresses();

  /** Takes turns until something holds; an error when it does not within real time. */
  protected final void await(String what, Condition condition) throws Exception {
    long start = System.nanoTime(); // a watchdog: the kernel's time is nobody's manual clock
    while (!condition.holds()) {
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new AssertionError("waited " + LIMIT.toSeconds() + " s for " + what);
      }
      turn();
    }
  }

  /** Lets enough turns pass that an event would have come. */
  protected final void aWhile() throws Exception {
    for (int i = 0; i < A_WHILE; i++) {
      turn();
    }
  }

  /** One end with its handler; {@link #seen} and {@link #calls} count from the last clear. */
  private static final class End implements ReadyHandler {
    final Transport transport;
    int seen;
    int calls;
    Step onReady = () -> {};
    @Nullable Exception failure;

    End(Transport transport) throws IOException {
      this.transport = transport;
      transport.attach(this);
    }

    @Override
    public void ready(int events) {
      seen |= events;
      calls++;
      try {
        onReady.run();
      } catch (Exception thrown) {
        failure = thrown;
      }
    }

    void clear() {
      seen = 0;
      calls = 0;
    }

    boolean sees(int events) {
      return (seen & events) == events;
    }
  }

  private End near;
  private End far;

  /** Connects the two ends that most tests speak of. */
  @BeforeEach
  final void open() throws Exception {
    prepare();
    Ends ends = connect();
    near = attached(ends.near());
    far = attached(ends.far());
    settle(near);
    settle(far);
  }

  private End attached(Transport transport) throws IOException {
    opened.add(transport);
    return new End(transport);
  }

  private void settle(End end) throws Exception {
    end.transport.interest(Interest.WRITE);
    await("the connection", () -> end.sees(Interest.WRITE));
    end.transport.interest(Interest.NONE);
    connected(end.transport);
    end.clear();
  }

  /** Closes what the test opened; an implementation closes its poller after that. */
  @AfterEach
  final void closeTransports() throws Exception {
    for (Transport transport : opened) {
      transport.close();
    }
    release();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(US_ASCII));
  }

  private static byte[] randomBytes(int count) {
    var bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  private void send(End from, String text) throws Exception {
    ByteBuffer src = bytes(text);
    await(
        "room for " + text,
        () -> {
          from.transport.write(src);
          return !src.hasRemaining();
        });
  }

  /** Reads until so many bytes are there. */
  private String receive(End end, int count) throws Exception {
    ByteBuffer dst = ByteBuffer.allocate(count);
    await(
        count + " bytes",
        () -> {
          assertThat(end.transport.read(dst))
              .as("read before the bytes were there")
              .isNotNegative();
          return !dst.hasRemaining();
        });
    return new String(dst.array(), US_ASCII);
  }

  /** Waits for readiness and reads once. */
  private int readWhenReady(End end, ByteBuffer dst) throws Exception {
    end.clear();
    end.transport.interest(Interest.READ);
    await("READ", () -> end.sees(Interest.READ));
    return end.transport.read(dst);
  }

  /** Writes until nothing more fits, for several turns on end; returns how much went in. */
  private long fill(End end) throws Exception {
    var chunk = ByteBuffer.allocateDirect(64 * 1024);
    long total = 0;
    int fullTurns = 0;
    while (fullTurns < A_WHILE) {
      chunk.clear();
      int count = end.transport.write(chunk);
      total += count;
      fullTurns = count == 0 ? fullTurns + 1 : 0;
      if (count == 0) {
        turn();
      }
    }
    return total;
  }

  private long drain(End end, long count) throws Exception {
    var dst = ByteBuffer.allocateDirect(64 * 1024);
    long[] total = {0};
    await(
        count + " bytes",
        () -> {
          dst.clear();
          total[0] += Math.max(0, end.transport.read(dst));
          return total[0] >= count;
        });
    return total[0];
  }

  @Test
  void aSecondHandlerTakesOver() throws Exception {
    send(far, "x");
    near.transport.interest(Interest.READ);
    await("READ at the first handler", () -> near.sees(Interest.READ));
    var next = new End(near.transport);
    near.clear();
    aWhile();
    assertThat(next.calls).as("before it wants anything").isZero();
    next.transport.interest(Interest.READ);
    await("READ at the second handler", () -> next.sees(Interest.READ));
    assertThat(near.calls).as("at the first handler, afterwards").isZero();
  }

  @Test
  void interestBeforeAttachIsRefused() throws Exception {
    Ends ends = connect();
    opened.addAll(List.of(ends.near(), ends.far()));
    assertThatIllegalStateException()
        .isThrownBy(() -> ends.near().interest(Interest.READ))
        .withMessageContaining("attach");
  }

  @Test
  void unknownInterestIsRefused() throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> near.transport.interest(0x100))
        .withMessageContaining("0x100");
  }

  @Test
  void nothingIsReportedThatIsNotWanted() throws Exception {
    send(far, "x");
    aWhile();
    assertThat(near.calls).isZero();
    near.transport.interest(Interest.READ);
    await("READ", () -> near.calls > 0);
    assertThat(near.seen).isEqualTo(Interest.READ);
  }

  @Test
  void aHandlerIsNotCalledInsideACall() throws Exception {
    send(far, "x");
    aWhile();
    near.transport.interest(Interest.READ | Interest.WRITE);
    near.transport.write(bytes("y"));
    near.transport.read(ByteBuffer.allocate(1));
    assertThat(near.calls).isZero();
  }

  @Test
  void arrivingBytesAreReported() throws Exception {
    near.transport.interest(Interest.READ);
    aWhile();
    assertThat(near.calls).as("before anything was sent").isZero();
    send(far, "hello");
    await("READ", () -> near.sees(Interest.READ));
    assertThat(receive(near, 5)).isEqualTo("hello");
  }

  @Test
  void unreadBytesAreReportedAgainAndAgain() throws Exception {
    send(far, "ab");
    near.transport.interest(Interest.READ);
    await("several reports", () -> near.calls >= 3);
    assertThat(receive(near, 1)).isEqualTo("a");
    near.clear();
    await("reports of what is left", () -> near.calls >= 3);
  }

  @Test
  void whatWasReadIsNotReportedAnyMore() throws Exception {
    send(far, "ab");
    near.transport.interest(Interest.READ);
    await("READ", () -> near.sees(Interest.READ));
    assertThat(receive(near, 2)).isEqualTo("ab");
    near.clear();
    aWhile();
    assertThat(near.calls).isZero();
    assertThat(near.transport.read(ByteBuffer.allocate(1))).isZero();
  }

  @Test
  void roomIsReportedAgainAndAgain() throws Exception {
    near.transport.interest(Interest.WRITE);
    await("several reports", () -> near.calls >= 3);
    assertThat(near.seen).isEqualTo(Interest.WRITE);
  }

  /** Late acknowledgements may make room while it is full; so every report must mean room. */
  @Test
  void aFullTransportReportsRoomWhenThereIsSome() throws Exception {
    long sent = fill(near);
    near.onReady =
        () -> assertThat(near.transport.write(bytes("x"))).as("room that was reported").isOne();
    near.transport.interest(Interest.WRITE);
    aWhile();
    near.clear();
    assertThat(drain(far, sent)).isGreaterThanOrEqualTo(sent);
    await("WRITE", () -> near.sees(Interest.WRITE));
  }

  @Test
  void interestSwitchedOffStopsReports() throws Exception {
    send(far, "x");
    near.transport.interest(Interest.READ | Interest.WRITE);
    await("both", () -> near.sees(Interest.READ | Interest.WRITE));
    near.transport.interest(Interest.WRITE);
    near.clear();
    await("several reports", () -> near.calls >= 3);
    assertThat(near.seen).isEqualTo(Interest.WRITE);
    near.transport.interest(Interest.NONE);
    near.clear();
    aWhile();
    assertThat(near.calls).isZero();
    near.transport.interest(Interest.READ);
    await("READ again", () -> near.seen == Interest.READ);
  }

  @Test
  void interestSwitchedOffByAnotherHandlerDropsTheEvent() throws Exception {
    near.onReady = () -> far.transport.interest(Interest.NONE);
    far.onReady = () -> near.transport.interest(Interest.NONE);
    near.transport.interest(Interest.WRITE);
    far.transport.interest(Interest.WRITE);
    await("a report", () -> near.calls + far.calls > 0);
    near.transport.interest(Interest.NONE);
    far.transport.interest(Interest.NONE);
    assertThat(near.calls + far.calls).as("only the first of the two").isOne();
  }

  @Test
  void aTransportClosedByAnotherHandlerReportsNothing() throws Exception {
    near.onReady = () -> far.transport.close();
    far.onReady = () -> near.transport.close();
    near.transport.interest(Interest.WRITE);
    far.transport.interest(Interest.WRITE);
    await("a report", () -> near.calls + far.calls > 0);
    End closed = near.calls > 0 ? far : near;
    aWhile();
    assertThat(closed.calls).isZero();
    assertThat(near.failure).isNull();
    assertThat(far.failure).isNull();
  }

  @Test
  @Tag("STR-64")
  void bytesBeforeTheEndOfTheInputAreReadFirst() throws Exception {
    send(far, "last words");
    far.transport.shutdownOutput();
    aWhile();
    assertThat(receive(near, 10)).isEqualTo("last words");
    assertThat(readWhenReady(near, ByteBuffer.allocate(10))).isEqualTo(-1);
  }

  @Test
  @Tag("STR-64")
  void bytesBeforeACloseAreReadFirst() throws Exception {
    send(far, "last words");
    far.transport.close();
    aWhile();
    near.transport.interest(Interest.READ);
    await("READ", () -> near.sees(Interest.READ));
    assertThat(receive(near, 10)).isEqualTo("last words");
    assertThat(readWhenReady(near, ByteBuffer.allocate(10))).isEqualTo(-1);
  }

  @Test
  void theEndOfTheInputIsReportedAgainAndAgain() throws Exception {
    far.transport.shutdownOutput();
    near.transport.interest(Interest.READ);
    for (int i = 0; i < 3; i++) {
      assertThat(readWhenReady(near, ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void aHalfClosedConnectionGoesOnTheOtherWay() throws Exception {
    assumeTrue(hasHalfClose(), "one end of this transport ends both");
    near.transport.shutdownOutput();
    assertThat(readWhenReady(far, ByteBuffer.allocate(1))).isEqualTo(-1);
    far.transport.interest(Interest.NONE);
    send(far, "reply");
    assertThat(receive(near, 5)).isEqualTo("reply");
  }

  @Test
  void writingAfterShutdownOutputIsRefused() throws Exception {
    near.transport.shutdownOutput();
    assertThatCode(near.transport::shutdownOutput).doesNotThrowAnyException();
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> near.transport.write(bytes("x")));
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> near.transport.write(new ByteBuffer[] {bytes("x"), bytes("y")}));
  }

  @Test
  void writingToAPeerThatHasClosedFails() throws Exception {
    far.transport.close();
    aWhile();
    assertThatIOException()
        .isThrownBy(
            () ->
                await(
                    "a failure",
                    () -> {
                      near.transport.write(bytes("x"));
                      return false;
                    }))
        .isNotInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aResetIsReportedAndThrownByTheNextRead() throws Exception {
    Doomed doomed = doomed();
    assumeTrue(doomed != null);
    near = attached(doomed.transport());
    settle(near);
    near.transport.interest(Interest.READ);
    doomed.reset().run();
    await("READ or ERROR", () -> near.calls > 0);
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> near.transport.read(ByteBuffer.allocate(1)))
        .withMessageContaining("Connection reset");
    assertThatIOException().isThrownBy(() -> near.transport.read(ByteBuffer.allocate(1)));
    assertThatIOException().isThrownBy(() -> near.transport.write(bytes("x")));
  }

  @Test
  void aSecondCloseDoesNothing() throws Exception {
    near.transport.close();
    assertThatCode(near.transport::close).doesNotThrowAnyException();
  }

  @Test
  void nothingIsReportedAfterClose() throws Exception {
    send(far, "x");
    near.transport.interest(Interest.READ | Interest.WRITE);
    await("READ", () -> near.sees(Interest.READ));
    near.transport.close();
    near.clear();
    near.transport.interest(Interest.READ);
    aWhile();
    assertThat(near.calls).isZero();
  }

  @Test
  void aClosedTransportRefusesWork() throws Exception {
    send(far, "x");
    near.transport.close();
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> near.transport.read(ByteBuffer.allocate(1)));
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> near.transport.read(ByteBuffer.allocate(0)));
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> near.transport.write(bytes("x")));
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> near.transport.write(new ByteBuffer[] {bytes("x")}));
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> near.transport.shutdownOutput());
  }

  @Test
  void aTransportClosedBeforeAttachRefusesIt() throws Exception {
    Ends ends = connect();
    opened.addAll(List.of(ends.near(), ends.far()));
    ends.near().close();
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> ends.near().attach(_ -> {}));
  }

  @Test
  void oneMebibyteInRandomPiecesArrivesInOrder() throws Exception {
    byte[] sent = randomBytes(1 << 20);
    var received = new CRC32C();
    var sizes = new Random(7);
    ByteBuffer src = ByteBuffer.wrap(sent);
    ByteBuffer dst = ByteBuffer.allocate(20_000);
    long[] total = {0};
    near.onReady =
        () -> {
          int size = Math.min(src.remaining(), 1 + sizes.nextInt(30_000));
          ByteBuffer piece = src.slice(src.position(), size);
          int count = near.transport.write(sizes.nextBoolean() ? piece : directCopy(piece));
          src.position(src.position() + count);
          if (!src.hasRemaining()) {
            near.transport.shutdownOutput();
            near.transport.interest(Interest.NONE);
          }
        };
    boolean[] ended = {false};
    far.onReady =
        () -> {
          dst.clear().limit(1 + sizes.nextInt(dst.capacity()));
          int count = far.transport.read(dst);
          ended[0] = count < 0;
          total[0] += Math.max(0, count);
          received.update(dst.flip());
        };
    near.transport.interest(Interest.WRITE);
    far.transport.interest(Interest.READ);
    await("the end of the input", () -> ended[0] || near.failure != null || far.failure != null);
    assertThat(near.failure).isNull();
    assertThat(far.failure).isNull();
    assertThat(total[0]).isEqualTo(sent.length);
    assertThat(received.getValue()).isEqualTo(checksum(sent));
  }

  private static ByteBuffer directCopy(ByteBuffer bytes) {
    return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes.duplicate()).flip();
  }

  private static long checksum(byte[] bytes) {
    var checksum = new CRC32C();
    checksum.update(bytes);
    return checksum.getValue();
  }

  /** Large enough that no implementation can take it as it is. */
  @Test
  void aLargeHeapBufferIsTakenInParts() throws Exception {
    byte[] sent = randomBytes(3 << 20);
    ByteBuffer src = ByteBuffer.wrap(sent);
    assertThat(transfer(() -> near.transport.write(src), src::hasRemaining, sent.length))
        .isEqualTo(checksum(sent));
    assertThat(src.limit()).isEqualTo(sent.length);
  }

  @Test
  void aGatheringWriteKeepsTheOrder() throws Exception {
    byte[] sent = randomBytes(2 << 20);
    ByteBuffer[] srcs = pieces(sent);
    assertThat(
            transfer(
                () -> near.transport.write(srcs),
                () -> srcs[srcs.length - 1].hasRemaining(),
                sent.length))
        .isEqualTo(checksum(sent));
  }

  /** Small, empty and very large ones, on the heap and direct, the last one not empty. */
  private static ByteBuffer[] pieces(byte[] bytes) {
    var pieces = new ArrayList<ByteBuffer>();
    var random = new Random(11);
    int start = 0;
    while (start < bytes.length) {
      int size =
          switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 200_000;
            default -> 1 + random.nextInt(2000);
          };
      int end = Math.min(bytes.length, start + size);
      ByteBuffer piece = ByteBuffer.wrap(bytes, start, end - start).slice();
      pieces.add(random.nextBoolean() ? piece : directCopy(piece));
      start = end;
    }
    return pieces.toArray(ByteBuffer[]::new);
  }

  /** One call that moves bytes. */
  @FunctionalInterface
  private interface Write {
    long run() throws IOException;
  }

  /** Sends by calling {@code write} until no more remains; returns the checksum at the far end. */
  private long transfer(Write write, Condition remains, int total) throws Exception {
    var checksum = new CRC32C();
    ByteBuffer dst = ByteBuffer.allocate(300_000);
    long[] counts = {0, 0};
    await(
        total + " bytes",
        () -> {
          if (remains.holds()) {
            counts[0] += write.run();
          }
          dst.clear();
          counts[1] += Math.max(0, far.transport.read(dst));
          checksum.update(dst.flip());
          return counts[1] >= total;
        });
    assertThat(counts[0]).as("bytes that write said it took").isEqualTo(total);
    return checksum.getValue();
  }

  @Test
  void aPartialWriteMovesThePositionAsFarAsItWent() throws Exception {
    fill(near);
    ByteBuffer heap = ByteBuffer.allocate(1 << 20);
    int taken = near.transport.write(heap);
    assertThat(heap.position()).isEqualTo(taken);
    assertThat(heap.limit()).isEqualTo(heap.capacity());
    ByteBuffer[] several = {ByteBuffer.allocate(10), ByteBuffer.allocate(1 << 20)};
    long gathered = near.transport.write(several);
    assertThat((long) several[0].position() + several[1].position()).isEqualTo(gathered);
  }

  @Test
  void aReadTakesNoMoreThanItsBufferHolds() throws Exception {
    send(far, "abcdef");
    ByteBuffer dst = ByteBuffer.allocate(10).position(2).limit(5);
    await("bytes", () -> near.transport.read(dst) != 0);
    assertThat(dst.position()).isBetween(3, 5);
    assertThat(dst.limit()).isEqualTo(5);
    assertThat(dst.get(0)).isZero();
    assertThat(dst.get(2)).isEqualTo((byte) 'a');
  }

  @Test
  void emptyBuffersMoveNothing() throws Exception {
    assertThat(near.transport.write(ByteBuffer.allocate(0))).isZero();
    assertThat(near.transport.write(new ByteBuffer[0])).isZero();
    assertThat(near.transport.write(new ByteBuffer[] {ByteBuffer.allocate(0)})).isZero();
    send(far, "x");
    aWhile();
    assertThat(near.transport.read(ByteBuffer.allocate(0))).isZero();
    assertThat(near.transport.read(ByteBuffer.allocateDirect(0))).isZero();
    assertThat(receive(near, 1)).isEqualTo("x");
  }

  @Test
  void eachEndKnowsBothAddresses() throws Exception {
    assumeTrue(hasAddresses());
    assertThat(near.transport.remoteAddress()).isNotNull().isEqualTo(far.transport.localAddress());
    assertThat(near.transport.localAddress()).isNotNull().isEqualTo(far.transport.remoteAddress());
  }

  @Test
  void noDelayIsHarmless() throws Exception {
    near.transport.noDelay(true);
    near.transport.noDelay(false);
    send(near, "x");
    assertThat(receive(far, 1)).isEqualTo("x");
    near.transport.close();
    assertThatCode(() -> near.transport.noDelay(true)).doesNotThrowAnyException();
  }

  @Test
  void aRefusedConnectionReportsAnErrorAndThrowsTheCause() throws Exception {
    Transport transport = refused();
    assumeTrue(transport != null);
    near = attached(transport);
    await("ERROR", () -> near.sees(Interest.ERROR));
    assertThatIOException()
        .isThrownBy(() -> transport.read(ByteBuffer.allocate(1)))
        .withMessageContaining("Connection refused");
    assertThatIOException()
        .isThrownBy(() -> transport.write(bytes("x")))
        .withMessageContaining("Connection refused");
    near.clear();
    transport.close();
    aWhile();
    assertThat(near.calls).isZero();
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> transport.write(bytes("x")));
  }
}
