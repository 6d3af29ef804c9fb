// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import java.util.Collections;
import java.util.Enumeration;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/** The settings of resumption. Sessions travel in tickets, so there are none to list. */
final class TicketContext implements SSLSessionContext {
  private final IntSupplier size;
  private final IntConsumer resize;
  private final IntConsumer lifetime;

  /** A day, as with the JDK. */
  private volatile int seconds = 86_400;

  /**
   * Settings of one role of a context.
   *
   * @param lifetime is told the seconds that sessions are good for, when they change
   */
  TicketContext(IntSupplier size, IntConsumer resize, IntConsumer lifetime) {
    this.size = size;
    this.resize = resize;
    this.lifetime = lifetime;
  }

  @Override
  public @Nullable SSLSession getSession(byte[] sessionId) {
    return null;
  }

  @Override
  public Enumeration<byte[]> getIds() {
    return Collections.emptyEnumeration();
  }

  @Override
  public void setSessionTimeout(int seconds) {
    if (seconds < 0) {
      throw new IllegalArgumentException("session timeout: wanted 0 or more, got " + seconds);
    }
    this.seconds = seconds;
    lifetime.accept(seconds);
  }

  @Override
  public int getSessionTimeout() {
    return seconds;
  }

  @Override
  public void setSessionCacheSize(int size) {
    if (size < 0) {
      throw new IllegalArgumentException("session cache size: wanted 0 or more, got " + size);
    }
    resize.accept(size);
  }

  @Override
  public int getSessionCacheSize() {
    return size.getAsInt();
  }
}
