// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.util.function.Supplier;

/** Whose event loop is measured. */
public enum LoopPeer {
  /** This library. */
  WHIRLWIND("Whirlwind", WhirlwindLoop::new),
  /** Netty on NIO. */
  NETTY("Netty", NettyLoop::new);

  private final String title;
  private final Supplier<LoopOperations> loop;

  LoopPeer(String title, Supplier<LoopOperations> loop) {
    this.title = title;
    this.loop = loop;
  }

  String title() {
    return title;
  }

  LoopOperations open() {
    return loop.get();
  }
}
