// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import whirlwind.io.IoProvider;
import whirlwind.io.NioProvider;

/** The providers of this process, by name. */
final class IoProviders {
  /** What {@code auto} tries, best first; io_uring is for who asks for it, see docs/pollers.md. */
  private static final List<String> BY_PREFERENCE = List.of("epoll", "nio");

  private static final System.Logger LOG = System.getLogger("whirlwind.loop");

  private IoProviders() {}

  static IoProvider named(String name) {
    var installed = installed();
    if (name.equals("auto")) {
      return best(installed);
    }
    for (var provider : installed) {
      if (provider.name().equals(name)) {
        return requireAvailable(provider);
      }
    }
    throw new IllegalArgumentException(
        "poller: wanted auto or one of "
            + installed.stream().map(IoProvider::name).collect(Collectors.joining(", "))
            + ", got \""
            + name
            + "\"; is its module on the path?");
  }

  static IoProvider requireAvailable(IoProvider provider) {
    var reason = provider.unavailableBecause();
    if (reason != null) {
      throw new IllegalArgumentException(
          "poller " + provider.name() + " is not usable here: " + reason);
    }
    return provider;
  }

  /** Says which one it is, and why it is not a better one that is installed, too. */
  private static IoProvider best(List<IoProvider> installed) {
    var passedOver = new StringJoiner("; ");
    for (var name : BY_PREFERENCE) {
      for (var provider : installed) {
        if (!provider.name().equals(name)) {
          continue;
        }
        var reason = provider.unavailableBecause();
        if (reason == null) {
          logChoice(name, passedOver.toString());
          return provider;
        }
        passedOver.add(name + " is not usable here: " + reason);
      }
    }
    return new NioProvider();
  }

  private static void logChoice(String name, String passedOver) {
    if (passedOver.isEmpty()) {
      LOG.log(Level.DEBUG, "loops use the {0} poller", name);
    } else {
      LOG.log(Level.INFO, "loops use the {0} poller because {1}", name, passedOver);
    }
  }

  private static List<IoProvider> installed() {
    var found = new ArrayList<IoProvider>();
    for (@Nullable IoProvider provider :
        ServiceLoader.load(IoProvider.class, IoProvider.class.getClassLoader())) {
      if (provider != null
          && found.stream().noneMatch(other -> other.name().equals(provider.name()))) {
        found.add(provider);
      }
    }
    return found;
  }
}
