// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import org.jspecify.annotations.Nullable;
import whirlwind.testing.MemoryTransport;
import whirlwind.testing.TransportContract;

class MemoryTransportContractTest extends TransportContract {

  private final TurnQueue loop = new TurnQueue();

  @Override
  protected Ends connect() {
    var pair = MemoryTransport.pair(loop, 50_000);
    return new Ends(pair.near(), pair.far());
  }

  @Override
  protected Doomed doomed() {
    var pair = MemoryTransport.pair(loop, 50_000);
    return new Doomed(pair.near(), pair.far()::reset);
  }

  @Override
  protected void turn() {
    loop.turn();
  }

  @Override
  protected @Nullable Transport refused() {
    return null;
  }

  @Override
  protected boolean hasAddresses() {
    return false;
  }
}
