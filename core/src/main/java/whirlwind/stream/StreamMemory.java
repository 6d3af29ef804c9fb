// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import whirlwind.loop.MemoryBudget;

/** A stream that holds much of its loop's memory, as the loop sees it. */
record StreamMemory(BaseIOStream stream) implements MemoryBudget.Holder {

  @Override
  public long heldBytes() {
    return stream.ownHeldBytes();
  }

  @Override
  public boolean isBroken() {
    return stream.isBroken();
  }

  @Override
  public void goOn() {
    stream.goOnReading();
  }

  @Override
  public void giveUp(long total, long limit) {
    stream.close(StreamBufferFullException.ofLoop(stream.ownHeldBytes(), total, limit));
  }

  @Override
  public String toString() {
    return stream.toString();
  }
}
