// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is compared with what: servers that speak the same protocol, and the two that the others are
 * held against.
 */
enum Suite {
  PLAIN("echo", "Echo", "load", "c-epoll", "netty-nio") {
    @Override
    String servers(boolean full) {
      return full
          ? ids()
          : "c-epoll,raw-nio,netty-nio,virtual-threads,whirlwind,whirlwind-callbacks";
    }

    @Override
    String connections(boolean full) {
      return full ? "1,64,1000,64x16" : "1,64,1000";
    }
  },
  TLS("tls", "Echo by TLS 1.3", "load_tls", "c-openssl", "netty-nio-jdk") {
    @Override
    String servers(boolean full) {
      return full ? ids() : "c-openssl,netty-nio-jdk,netty-nio-boringssl,whirlwind";
    }

    @Override
    String connections(boolean full) {
      return full ? "64,64:16k,64:sessions,5000:idle" : "64,64:16k,64:sessions,1000:idle";
    }
  },
  /** The servers of {@link #PLAIN}, and what their connections take when they do nothing. */
  IDLE("idle", "Idle connections", "load", "raw-nio", "netty-nio") {
    @Override
    Suite owner() {
      return PLAIN;
    }

    @Override
    String servers(boolean full) {
      return full
          ? ids()
          : "raw-nio,netty-nio,virtual-threads,whirlwind,whirlwind-callbacks,whirlwind-epoll,whirlwind-epoll-callbacks";
    }

    @Override
    String connections(boolean full) {
      return full ? "15000:idle" : "5000:idle";
    }
  },
  BROADCAST("broadcast", "Chat", "load", "netty-nio", "virtual-threads") {
    @Override
    String servers(boolean full) {
      return full ? ids() : "netty-nio,virtual-threads,whirlwind,whirlwind-epoll";
    }

    @Override
    String connections(boolean full) {
      return "1000:broadcast";
    }
  },
  /** The servers of {@link #BROADCAST}, and how soon they answer. */
  STARTUP("startup", "Startup", "load", "netty-nio", "virtual-threads") {
    @Override
    Suite owner() {
      return BROADCAST;
    }

    @Override
    String servers(boolean full) {
      return ids();
    }

    @Override
    String connections(boolean full) {
      return "startup";
    }
  };

  private static final String PEERS = "netty-nio";

  private final String id;
  private final String title;
  private final String loadProgram;
  private final String baseline;
  private final String secondBaseline;

  Suite(String id, String title, String loadProgram, String baseline, String secondBaseline) {
    this.id = id;
    this.title = title;
    this.loadProgram = loadProgram;
    this.baseline = baseline;
    this.secondBaseline = secondBaseline;
  }

  /** The name on the command line and of the files with the results. */
  String id() {
    return id;
  }

  String title() {
    return title;
  }

  /** The file name of the load generator. */
  String loadProgram() {
    return loadProgram;
  }

  /** Answers the suite that lists the servers. */
  Suite owner() {
    return this;
  }

  /** What the others are held against first: where there is one, a server in C. */
  EchoServer baseline() {
    return server(baseline);
  }

  /** The field's best on the same kernel boundary. */
  EchoServer secondBaseline() {
    return server(secondBaseline);
  }

  /** What the ratios on record are multiples of. */
  EchoServer peer() {
    return server(baseline.startsWith(PEERS) ? baseline : secondBaseline);
  }

  /** What is measured unless the command line says otherwise, as it would say it. */
  abstract String servers(boolean full);

  /** As {@link #servers}, the kinds of load. */
  abstract String connections(boolean full);

  /** Answers the suite of that name, or null. */
  static @Nullable Suite orNull(String id) {
    return Arrays.stream(values()).filter(suite -> suite.id.equals(id)).findFirst().orElse(null);
  }

  static String names() {
    return Arrays.stream(values()).map(Suite::id).collect(Collectors.joining(", "));
  }

  EchoServer server(String id) {
    return all().stream()
        .filter(server -> server.id().equals(id))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("wanted one of " + ids() + ", got \"" + id + '"'));
  }

  String ids() {
    return all().stream().map(EchoServer::id).collect(Collectors.joining(","));
  }

  private List<EchoServer> all() {
    return Arrays.stream(EchoServer.values()).filter(server -> server.suite() == owner()).toList();
  }
}
