// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.tls.TlsPair.SERVER;
import static whirlwind.tls.TlsPair.failureOf;

import java.lang.System.Logger.Level;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import whirlwind.future.Futures;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.stream.StreamClosedException;
import whirlwind.sync.Event;
import whirlwind.testing.LogRecorder;
import whirlwind.testing.LoopTest;
import whirlwind.testing.ManualClock;

/** Whoever verifies certificates is the user's code: it may take its time, and nobody else's. */
class TrustManagerTest {
  private final List<String> events = new ArrayList<>();

  @LoopTest
  @Tag("TLS-6")
  void mayAwaitAlsoWhenTheEnginesWorkIsSlow(IOLoop loop, ManualClock clock) {
    DelegatedTasks.of(loop).run(() -> clock.advance(Duration.ofSeconds(1)));
    var trust = new CountingTrust(() -> Futures.sleep(Duration.ofSeconds(5)).await());
    try (var pair = TlsPair.of(loop, trust.client(), SERVER)) {
      double start = loop.time();
      var other = loop.spawn(() -> countSeconds(5));
      pair.handshake();
      assertThat(trust.asked()).isEqualTo(1);
      assertThat(loop.time() - start).isGreaterThanOrEqualTo(5);
      assertThat(other.await()).as("seconds that others have counted meanwhile").isEqualTo(5);
    }
  }

  private static int countSeconds(int count) {
    for (int i = 0; i < count; i++) {
      Futures.sleep(Duration.ofSeconds(1)).await();
    }
    return count;
  }

  /** What needs the loop's own carrier: elsewhere who blocks does so for all. */
  @LoopTest(clock = LoopTest.Time.SYSTEM)
  @Tag("TLS-6")
  void mayBlockAndOthersGoOn(IOLoop loop) {
    Assumptions.assumeTrue(loop.carrier().equals("loop"), "the carrier is the loop");
    var latch = new CountDownLatch(1);
    var trust =
        new CountingTrust(
            () -> {
              try {
                latch.await();
              } catch (InterruptedException interrupted) {
                throw new CertificateException(interrupted);
              }
            });
    try (var pair = TlsPair.of(loop, trust.client(), SERVER)) {
      TlsPair.settle();
      assertThat(trust.asked()).isEqualTo(1);
      assertThat(pair.client().isSecured()).isFalse();
      latch.countDown();
      pair.handshake();
    }
  }

  @LoopTest
  @Tag("TLS-18")
  void theConnectionMayBeUsedMeanwhile(IOLoop loop) {
    var decided = new Event();
    var trust = new CountingTrust(() -> decided.whenSet().await());
    try (var pair = TlsPair.of(loop, trust.client(), SERVER)) {
      TlsPair.settle();
      var read = pair.client().readBytes(2);
      var write = pair.client().write("ab");
      TlsPair.settle();
      int before = pair.near().statistics().reports();
      TlsPair.settle();
      assertThat(pair.near().statistics().reports()).as("reports meanwhile").isEqualTo(before);
      assertThat(read.isDone() || write.isDone()).isFalse();
      decided.set();
      write.await();
      assertThat(pair.server().readBytes(2).await()).hasSize(2);
      pair.server().write("cd").await();
      assertThat(read.await()).hasSize(2);
    }
  }

  @LoopTest
  @Tag("TLS-21")
  void closingMeanwhileIsCalm(IOLoop loop) {
    var decided = new Event();
    var trust = new CountingTrust(() -> decided.whenSet().await());
    try (var pair = TlsPair.of(loop, trust.client(), SERVER)) {
      var read = pair.client().readBytes(2);
      pair.client().setCloseCallback(() -> events.add("closed"));
      TlsPair.settle();
      assertThat(trust.asked()).isEqualTo(1);
      pair.client().close();
      assertThat(pair.near().closed()).isTrue();
      assertThat(failureOf(read)).isInstanceOf(StreamClosedException.class);
      decided.set();
      TlsPair.settle();
      assertThat(events).containsExactly("closed");
      assertThat(failureOf(pair.server().waitForHandshake()))
          .isInstanceOf(TlsTruncatedException.class);
    }
  }

  @LoopTest
  @Tag("TLS-21")
  void theDeadlineAppliesToItToo(IOLoop loop) {
    var trust = new CountingTrust(() -> Futures.sleep(Duration.ofMinutes(1)).await());
    try (var pair = TlsPair.of(loop, trust.client(), SERVER)) {
      assertThat(failureOf(pair.client().waitForHandshake())).isInstanceOf(TimeoutException.class);
      assertThat(loop.time()).isBetween(30.0, 31.0);
      Futures.sleep(Duration.ofMinutes(1)).await(); // and it comes back to a closed connection
      assertThat(pair.near().closed()).isTrue();
    }
  }

  @LoopTest
  @Tag("TLS-4")
  void itsRefusalIsTheCause(IOLoop loop, LogRecorder log) {
    var refusal = new CertificateException("not on my list");
    var trust =
        new CountingTrust(
            () -> {
              throw refusal;
            });
    try (var pair = TlsPair.of(loop, trust.client(), SERVER)) {
      var server = pair.server().waitForHandshake();
      assertThat(failureOf(pair.client().waitForHandshake()))
          .isInstanceOf(SSLHandshakeException.class)
          .hasRootCause(refusal);
      assertThat(failureOf(server)).hasMessageContaining("alert");
      TlsPair.settle();
      log.expect(Level.WARNING, "SSL error");
    }
  }

  @LoopTest
  @Tag("TLS-4")
  void itsBugEndsThisHandshakeAndNothingElse(IOLoop loop, LogRecorder log) {
    var bug = new IllegalStateException("a bug in the trust manager");
    var trust =
        new CountingTrust(
            () -> {
              throw bug;
            });
    try (var pair = TlsPair.of(loop, trust.client(), SERVER)) {
      var server = pair.server().waitForHandshake();
      assertThat(failureOf(pair.client().waitForHandshake()))
          .isInstanceOf(SSLException.class)
          .hasRootCause(bug);
      failureOf(server);
      TlsPair.settle();
      log.expect(Level.WARNING, "SSL error");
    }
  }
}
