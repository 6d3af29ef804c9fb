// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The servers that are compared, in the order in which the tables list them. */
enum EchoServer {
  C_EPOLL("c-epoll", new Program.Native("echo_epoll")),
  RAW_NIO("raw-nio", java(RawNioEcho.class)),
  NETTY_NIO("netty-nio", java(NettyNioEcho.class)),
  NETTY_EPOLL("netty-epoll", java(NettyEpollEcho.class)),
  VIRTUAL_THREADS("virtual-threads", java(VirtualThreadEcho.class)),
  WHIRLWIND("whirlwind", java(WhirlwindEcho.class, poller("nio"))),
  WHIRLWIND_EPOLL("whirlwind-epoll", java(WhirlwindEcho.class, poller("epoll"))),
  WHIRLWIND_CALLBACKS("whirlwind-callbacks", java(WhirlwindCallbackEcho.class, poller("nio"))),
  WHIRLWIND_BATON(
      "whirlwind-baton",
      java(WhirlwindEcho.class, poller("nio"), "-Dwhirlwind.carrier=baton"));

  private final String id;
  private final Program program;

  EchoServer(String id, Program program) {
    this.id = id;
    this.program = program;
  }

  /** The name on the command line and in the tables. */
  String id() {
    return id;
  }

  Program program() {
    return program;
  }

  @Override
  public String toString() {
    return id;
  }

  static EchoServer byId(String id) {
    return Arrays.stream(values())
        .filter(server -> server.id.equals(id))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("wanted one of " + ids() + ", got \"" + id + '"'));
  }

  static String ids() {
    return Arrays.stream(values()).map(EchoServer::id).collect(Collectors.joining(", "));
  }

  private static String poller(String name) {
    return "-Dwhirlwind.poller=" + name;
  }

  private static Program java(Class<?> main, String... flags) {
    return new Program.JavaClass(main, List.of(flags));
  }
}
