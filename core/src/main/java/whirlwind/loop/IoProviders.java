// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import whirlwind.io.IoProvider;
import whirlwind.io.NioProvider;

/** The providers of this process, by name. */
final class IoProviders {
  /** What {@code auto} tries, best first. */
  private static final List<String> BY_PREFERENCE = List.of("io_uring", "epoll", "nio");

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

  private static IoProvider best(List<IoProvider> installed) {
    for (var name : BY_PREFERENCE) {
      for (var provider : installed) {
        if (provider.name().equals(name) && provider.unavailableBecause() == null) {
          return provider;
        }
      }
    }
    return new NioProvider();
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
