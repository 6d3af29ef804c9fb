// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import whirlwind.io.Listener;

/**
 * Listens with one port on several addresses, on all or none. A port that the kernel chose for the
 * first of them may be taken on another; then it has to choose again.
 */
final class SamePort {
  private static final System.Logger LOG = System.getLogger("whirlwind.net");
  private static final int MOST_CHOICES = 20;

  /** Listens on one address. */
  @FunctionalInterface
  interface Binder {
    Listener listen(InetSocketAddress address) throws IOException;
  }

  private final List<InetAddress> addresses;
  private final Binder binder;

  SamePort(List<InetAddress> addresses, Binder binder) {
    this.addresses = addresses;
    this.binder = binder;
  }

  /** {@code port} 0 lets the kernel choose. */
  List<Listener> listen(int port) throws IOException {
    for (int choice = 1; ; choice++) {
      var listeners = new ArrayList<Listener>();
      try {
        listenOnAll(port, listeners);
        return listeners;
      } catch (IOException | RuntimeException failure) {
        closeAll(listeners, failure);
        boolean otherPortMayDo =
            port == 0 && !listeners.isEmpty() && failure instanceof BindException;
        if (!otherPortMayDo || choice == MOST_CHOICES) {
          throw failure;
        }
      }
    }
  }

  private void listenOnAll(int port, List<Listener> listeners) throws IOException {
    IOException missing = null;
    for (var address : addresses) {
      try {
        var listener = binder.listen(new InetSocketAddress(address, portOf(listeners, port)));
        listeners.add(listener);
      } catch (BindException failure) {
        if (!isMissing(address, failure)) {
          throw failure;
        }
        missing = failure;
      }
    }
    reportMissing(missing, listeners);
  }

  private static int portOf(List<Listener> listeners, int wanted) {
    return listeners.isEmpty()
        ? wanted
        : ((InetSocketAddress) listeners.getFirst().localAddress()).getPort();
  }

  /** The name localhost often has an address of IP version 6 where the system has that off. */
  private static boolean isMissing(InetAddress address, BindException failure) {
    return address instanceof Inet6Address
        && address.isLoopbackAddress()
        && failure.getMessage() != null
        && failure.getMessage().contains("assign");
  }

  private static void reportMissing(@Nullable IOException missing, List<Listener> listeners)
      throws IOException {
    if (missing == null) {
      return;
    }
    if (listeners.isEmpty()) {
      throw missing;
    }
    LOG.log(
        Level.INFO,
        "this system has no loopback address of IP version 6: listening on {0} only",
        listeners.stream().map(Listener::localAddress).toList());
  }

  private static void closeAll(List<Listener> listeners, Exception failure) {
    for (var listener : listeners) {
      try {
        listener.close();
      } catch (IOException further) {
        failure.addSuppressed(further);
      }
    }
  }
}
