// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/**
 * Lets an interrupt of the waiting thread end its wait, which the kernel knows nothing of. The JDK
 * has this for those who write selectors, and for nobody else; so this is one that selects nothing.
 */
final class Interrupts extends AbstractSelector {
  private final Waker waker;

  Interrupts(Waker waker) {
    super(SelectorProvider.provider());
    this.waker = waker;
  }

  /** From here to {@link #ignore} an interrupt wakes, also one that has come before. */
  void heed() {
    begin();
  }

  void ignore() {
    end();
  }

  /** Called for an interrupt, by the thread that interrupts. */
  @Override
  public Selector wakeup() {
    waker.wake();
    return this;
  }

  @Override
  protected void implCloseSelector() {}

  @Override
  protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Set<SelectionKey> keys() {
    return Set.of();
  }

  @Override
  public Set<SelectionKey> selectedKeys() {
    return Set.of();
  }

  @Override
  public int selectNow() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int select(long timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int select() {
    throw new UnsupportedOperationException();
  }
}
