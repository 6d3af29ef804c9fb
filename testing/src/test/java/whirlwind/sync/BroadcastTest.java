// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import whirlwind.future.TimeoutException;
import whirlwind.loop.IOLoop;
import whirlwind.testing.LoopTest;

class BroadcastTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static List<Object> takeAll(Subscription<?> subscription) {
    var taken = new ArrayList<Object>();
    while (subscription.size() > 0) {
      taken.add(subscription.getNowait());
    }
    return taken;
  }

  @LoopTest
  @Tag("BRC-1")
  void everybodyGetsWhatIsPublishedFromThenOn() {
    var channel = new Broadcast<Integer>(10, SlowSubscriber.WAIT);
    channel.publish(1).await(); // goes nowhere
    var first = channel.subscribe();
    channel.publish(2).await();
    var second = channel.subscribe();
    channel.publish(3).await();

    assertThat(takeAll(first)).containsExactly(2, 3);
    assertThat(takeAll(second)).containsExactly(3);
    assertThat(channel.subscribers()).isEqualTo(2);
  }

  @LoopTest
  @Tag("BRC-4")
  void aSubscriptionIsGoneThroughUntilTheChannelCloses(IOLoop loop) {
    var channel = new Broadcast<Integer>(1, SlowSubscriber.WAIT);
    var taken = new ArrayList<Integer>();
    var subscription = channel.subscribe();
    var subscriber =
        loop.spawn(
            () -> {
              try (subscription) {
                for (var item : subscription) {
                  taken.add(item);
                }
              }
              return "ended";
            });
    for (int i = 0; i < 5; i++) {
      channel.publish(i).await();
    }
    channel.close();

    assertThat(subscriber.await()).isEqualTo("ended");
    assertThat(taken).containsExactly(0, 1, 2, 3, 4);
    assertThatThrownBy(subscription::get)
        .isInstanceOf(QueueClosedException.class)
        .hasMessageStartingWith("get(): wanted a subscription that goes on, got Subscription[");
  }

  @LoopTest
  @Tag("BRC-2")
  void aPublisherWaitsForTheSlowestIfSheShall() {
    var channel = new Broadcast<Integer>(1, SlowSubscriber.WAIT);
    var slow = channel.subscribe();
    var quick = channel.subscribe();
    assertThat(channel.publish(1).isDone()).isTrue();
    var second = channel.publish(2);
    var third = channel.publish(3);
    quick.getNowait();
    assertThat(second.isDone()).isFalse();
    assertThat(quick.size()).as("all or none").isZero();
    slow.getNowait();
    assertThat(second.isDone()).isTrue();
    assertThat(third.isDone()).isFalse();
    slow.close();
    quick.getNowait();

    assertThat(third.isDone()).as("who has left holds nobody up").isTrue();
    assertThat(takeAll(quick)).containsExactly(3);
  }

  @LoopTest
  @Tag("BRC-3")
  void aPublishThatTimesOutReachesNobody() {
    var channel = new Broadcast<Integer>(1, SlowSubscriber.WAIT);
    var subscription = channel.subscribe();
    channel.publish(1).await();
    assertThatThrownBy(() -> channel.publish(2, SECOND).await())
        .isInstanceOf(TimeoutException.class)
        .hasMessage("Broadcast.publish() was not done within 1 s");

    assertThat(takeAll(subscription)).containsExactly(1);
  }

  @LoopTest
  @Tag("BRC-2")
  void theOldestIsDroppedAndCountedIfItShallBe() {
    var channel = new Broadcast<Integer>(2, SlowSubscriber.DROP_OLDEST);
    var slow = channel.subscribe();
    for (int i = 0; i < 5; i++) {
      assertThat(channel.publish(i).isDone()).isTrue();
    }

    assertThat(slow.missed()).isEqualTo(3);
    assertThat(takeAll(slow)).containsExactly(3, 4);
  }

  @LoopTest
  @Tag("BRC-2")
  void theSlowSubscriberIsDroppedIfItShallBeAndIsToldInTheEnd() {
    var channel = new Broadcast<Integer>(2, SlowSubscriber.DROP_SUBSCRIBER);
    var slow = channel.subscribe();
    var quick = channel.subscribe();
    for (int i = 0; i < 4; i++) {
      channel.publish(i).await();
      assertThat(quick.getNowait()).isEqualTo(i);
    }
    assertThat(channel.subscribers()).isEqualTo(1);
    var taken = new ArrayList<Integer>();
    assertThatThrownBy(() -> slow.forEach(taken::add))
        .isInstanceOf(SlowSubscriberException.class)
        .hasMessage("get(): the subscription ended, as there was no room for 2");

    assertThat(taken).containsExactly(0, 1);
  }

  @LoopTest
  @Tag("BRC-4")
  void whoUnsubscribesHasNothingMore() {
    var channel = new Broadcast<Integer>(5, SlowSubscriber.WAIT);
    var subscription = channel.subscribe();
    channel.publish(1).await();
    subscription.close();
    subscription.close(); // harmless
    channel.publish(2).await();

    assertThat(subscription.size()).isZero();
    assertThat(channel.subscribers()).isZero();
    assertThatThrownBy(subscription::get).isInstanceOf(QueueClosedException.class);
    var waits = channel.subscribe();
    var item = waits.get();
    waits.close();
    assertThatThrownBy(item::await).isInstanceOf(QueueClosedException.class);
  }

  @LoopTest
  @Tag("BRC-4")
  void aClosedChannelRefusesAndWhatWasPublishedIsStillTaken() {
    var channel = new Broadcast<Integer>(1, SlowSubscriber.WAIT);
    var subscription = channel.subscribe();
    channel.publish(1).await();
    var waits = channel.publish(2);
    channel.close();
    channel.close(); // harmless
    assertThatThrownBy(waits::await)
        .isInstanceOf(QueueClosedException.class)
        .hasMessageStartingWith("publish(): wanted a broadcast that is open, got Broadcast[closed");
    assertThatThrownBy(() -> channel.publish(3)).isInstanceOf(QueueClosedException.class);
    assertThatThrownBy(channel::subscribe).isInstanceOf(QueueClosedException.class);

    assertThat(takeAll(subscription)).containsExactly(1);
    assertThatThrownBy(subscription::getNowait).isInstanceOf(QueueClosedException.class);
  }

  @LoopTest
  void canBeSelected() {
    var channel = new Broadcast<String>(1, SlowSubscriber.WAIT);
    var subscription = channel.subscribe();
    var selected =
        Select.first(
            Case.get(subscription, item -> "got " + item), Case.after(SECOND, () -> "nothing"));
    channel.publish("news").await();

    assertThat(selected.await().run()).isEqualTo("got news");
  }

  @LoopTest
  void badArgumentsAndOtherThreadsAreRefused(IOLoop loop) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Broadcast<String>(0, SlowSubscriber.WAIT))
        .withMessage("capacity: wanted at least one item, got 0");
    var channel = new Broadcast<Integer>(1, SlowSubscriber.WAIT);
    var subscription = channel.subscribe();
    for (Runnable call :
        List.<Runnable>of(
            channel::subscribe,
            () -> channel.publish(1),
            channel::close,
            subscription::get,
            subscription::close)) {
      assertThatIllegalStateException()
          .isThrownBy(
              () ->
                  loop.runInExecutor(
                          () -> {
                            call.run();
                            return null;
                          })
                      .await())
          .withMessageContaining("wanted a caller on IOLoop");
    }
    assertThat(channel).hasToString("Broadcast[WAIT, 1 subscribed, 0 without room, 0 publishing]");
    assertThat(subscription.toString()).startsWith("Subscription[Queue[maxsize 1, items []");
  }
}
