// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import whirlwind.future.Promise;

/** What is known about the addresses of a host. */
sealed interface Answer {

  /** It has these, at least one. */
  record Found(List<InetAddress> addresses) implements Answer {
    /** The addresses, each with {@code port}. */
    List<InetSocketAddress> withPort(int port) {
      return addresses.stream().map(address -> new InetSocketAddress(address, port)).toList();
    }
  }

  /** It has none, as far as can be known now. */
  record NotFound(UnknownHostException cause) implements Answer {}

  /** Completes the promise of one who asked for {@code endpoint}. */
  default void complete(Promise<List<InetSocketAddress>> promise, Endpoint endpoint) {
    switch (this) {
      case Found found -> promise.trySetResult(found.withPort(endpoint.port()));
      case NotFound(var cause) ->
          promise.trySetException(
              new UncheckedIOException(
                  "cannot resolve \"" + endpoint.host() + "\": unknown host" + detail(cause),
                  cause));
    }
  }

  /** The system's own words, which follow the name: a missing name, or a network that is down. */
  private static String detail(UnknownHostException cause) {
    var message = cause.getMessage();
    int colon = message == null ? -1 : message.indexOf(": ");
    return message == null || colon < 0 ? "" : " (" + message.substring(colon + 2) + ")";
  }
}
