// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import whirlwind.testing.MemoryTransport;

/** What it does beyond the contract. */
class MemoryTransportTest {

  private final TurnQueue loop = new TurnQueue();
  private final MemoryTransport.Pair pair = MemoryTransport.pair(loop, 8);
  private final MemoryTransport near = pair.near();
  private final MemoryTransport far = pair.far();
  private final List<Integer> events = new ArrayList<>();

  @BeforeEach
  void attach() throws IOException {
    near.attach(events::add);
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.allocate(count);
  }

  @Test
  void capacityBoundsWhatIsUnread() throws IOException {
    assertThat(far.write(bytes(6))).isEqualTo(6);
    assertThat(far.write(bytes(6))).isEqualTo(2);
    assertThat(far.write(bytes(6))).isZero();
    assertThat(near.available()).isEqualTo(8);
    assertThat(near.read(bytes(3))).isEqualTo(3);
    assertThat(far.write(bytes(6))).isEqualTo(3);
    assertThatIllegalArgumentException().isThrownBy(() -> MemoryTransport.pair(loop, 0));
  }

  @Test
  void anIdlePairQueuesNothing() throws IOException {
    near.interest(Interest.READ);
    assertThat(loop.isIdle()).isTrue();
    far.write(bytes(1));
    loop.turn();
    assertThat(loop.isIdle()).as("unread bytes are reported again").isFalse();
    near.read(bytes(1));
    loop.turn();
    assertThat(loop.isIdle()).isTrue();
    assertThat(events).containsExactly(Interest.READ);
  }

  @Test
  void limitsHoldForEachCall() throws IOException {
    far.maxWrite(2);
    near.maxRead(1);
    assertThat(far.write(bytes(5))).isEqualTo(2);
    assertThat(near.read(bytes(5))).isOne();
    assertThat(near.read(bytes(5))).isOne();
    assertThat(near.read(bytes(5))).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> near.maxRead(0))
        .withMessageContaining("maxRead");
    assertThatIllegalArgumentException().isThrownBy(() -> near.maxWrite(-1));
  }

  @Test
  void aPlannedReadFailureIsReportedAndThrownOnce() throws IOException {
    var failure = new IOException("planned");
    near.interest(Interest.READ);
    near.failNextRead(failure);
    loop.turn();
    assertThat(events).containsExactly(Interest.READ);
    assertThatIOException().isThrownBy(() -> near.read(bytes(1))).isSameAs(failure);
    assertThat(near.read(bytes(1))).isZero();
  }

  @Test
  void aPlannedWriteFailureIsReportedAndThrownOnce() throws IOException {
    var failure = new IOException("planned");
    near.write(bytes(8));
    near.interest(Interest.WRITE);
    near.failNextWrite(failure);
    loop.turn();
    assertThat(events).containsExactly(Interest.WRITE);
    assertThatIOException().isThrownBy(() -> near.write(bytes(1))).isSameAs(failure);
    assertThat(near.write(bytes(1))).as("full").isZero();
  }

  @Test
  void aStalledEndReportsNothingUntilItGoesOn() throws IOException {
    near.interest(Interest.READ);
    far.write(bytes(1));
    near.stall(true);
    loop.turn();
    loop.turn();
    assertThat(events).isEmpty();
    assertThat(loop.isIdle()).isTrue();
    near.stall(false);
    loop.turn();
    assertThat(events).containsExactly(Interest.READ);
  }

  @Test
  void aResetIsReadAfterTheBytesBeforeIt() throws IOException {
    far.write(bytes(2));
    far.reset();
    near.interest(Interest.READ);
    loop.turn();
    assertThat(events).containsExactly(Interest.READ | Interest.ERROR);
    assertThat(near.read(bytes(5))).isEqualTo(2);
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> near.read(bytes(1)))
        .withMessage("Connection reset");
    assertThat(far.closed()).isTrue();
  }

  @Test
  void aResetIsReportedOnceWhenNothingIsWanted() {
    far.reset();
    loop.turn();
    loop.turn();
    assertThat(events).containsExactly(Interest.ERROR);
    assertThat(loop.isIdle()).isTrue();
  }

  @Test
  void writingToAClosedPeerIsABrokenPipe() {
    far.close();
    near.interest(Interest.WRITE);
    loop.turn();
    assertThat(events).containsExactly(Interest.WRITE);
    assertThatIOException().isThrownBy(() -> near.write(bytes(1))).withMessage("Broken pipe");
  }

  @Test
  void statisticsCountCallsAndBytes() throws IOException {
    near.interest(Interest.READ);
    far.write(bytes(3));
    loop.turn();
    near.read(bytes(2));
    near.read(bytes(2));
    near.read(bytes(2));
    near.write(bytes(5));
    assertThat(near.statistics()).isEqualTo(new MemoryTransport.Statistics(3, 5, 3, 1, 1));
    assertThat(near.interest()).isEqualTo(Interest.READ);
  }
}
