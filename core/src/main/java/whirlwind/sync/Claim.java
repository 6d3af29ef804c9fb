// SPDX-License-Identifier: Apache-2.0
package whirlwind.sync;

import org.jspecify.annotations.Nullable;

/**
 * A waiter that passes on to a recipient what it gets.
 *
 * @param <T> what that is
 */
class Claim<T extends @Nullable Object> extends Waiter<T> {
  private final Recipient<T> recipient;

  Claim(Recipient<T> recipient) {
    this.recipient = recipient;
  }

  @Override
  void woken(T value) {
    recipient.succeed(value);
  }

  @Override
  final void failed(RuntimeException cause) {
    recipient.fail(cause);
  }
}
