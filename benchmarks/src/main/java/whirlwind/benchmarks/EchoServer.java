// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import static whirlwind.benchmarks.Suite.BROADCAST;
import static whirlwind.benchmarks.Suite.PLAIN;
import static whirlwind.benchmarks.Suite.TLS;

import java.nio.file.Path;
import java.util.List;

/** The servers that are compared, in the order in which the tables list them. */
enum EchoServer {
  C_EPOLL(PLAIN, "c-epoll", new Program.Native("echo_epoll")),
  RAW_NIO(PLAIN, "raw-nio", java(RawNioEcho.class)),
  NETTY_NIO(PLAIN, "netty-nio", java(NettyNioEcho.class)),
  NETTY_EPOLL(PLAIN, "netty-epoll", java(NettyEpollEcho.class)),
  NETTY_URING(PLAIN, "netty-io_uring", java(NettyUringEcho.class)),
  VIRTUAL_THREADS(PLAIN, "virtual-threads", java(VirtualThreadEcho.class)),
  WHIRLWIND(PLAIN, "whirlwind", java(WhirlwindEcho.class, poller("nio"))),
  WHIRLWIND_EPOLL(PLAIN, "whirlwind-epoll", java(WhirlwindEcho.class, poller("epoll"))),
  WHIRLWIND_URING(PLAIN, "whirlwind-io_uring", java(WhirlwindEcho.class, poller("io_uring"))),
  WHIRLWIND_CALLBACKS(
      PLAIN, "whirlwind-callbacks", java(WhirlwindCallbackEcho.class, poller("nio"))),
  WHIRLWIND_EPOLL_CALLBACKS(
      PLAIN, "whirlwind-epoll-callbacks", java(WhirlwindCallbackEcho.class, poller("epoll"))),
  WHIRLWIND_URING_CALLBACKS(
      PLAIN, "whirlwind-io_uring-callbacks", java(WhirlwindCallbackEcho.class, poller("io_uring"))),
  WHIRLWIND_BATON(
      PLAIN,
      "whirlwind-baton",
      java(WhirlwindEcho.class, poller("nio"), "-Dwhirlwind.carrier=baton")),
  VERTX(PLAIN, "vertx", vertx()),
  TORNADO(PLAIN, "tornado", new Program.Native("echo_tornado.py")),
  TORNADO_UVLOOP(PLAIN, "tornado-uvloop", new Program.Native("echo_tornado.py", "--uvloop")),

  C_OPENSSL(TLS, "c-openssl", new Program.Native("echo_tls")),
  NETTY_NIO_JDK(TLS, "netty-nio-jdk", netty("nio", "JDK")),
  NETTY_EPOLL_JDK(TLS, "netty-epoll-jdk", netty("epoll", "JDK")),
  NETTY_NIO_BORINGSSL(TLS, "netty-nio-boringssl", netty("nio", "OPENSSL")),
  NETTY_EPOLL_BORINGSSL(TLS, "netty-epoll-boringssl", netty("epoll", "OPENSSL")),
  VERTX_JDK(TLS, "vertx-jdk", vertx()),
  WHIRLWIND_TLS(TLS, "whirlwind", java(WhirlwindTlsEcho.class, poller("nio"))),
  WHIRLWIND_EPOLL_TLS(TLS, "whirlwind-epoll", java(WhirlwindTlsEcho.class, poller("epoll"))),
  WHIRLWIND_BORINGSSL(
      TLS,
      "whirlwind-boringssl",
      java(WhirlwindTlsEcho.class, poller("nio"), WhirlwindTlsEcho.BORINGSSL)),
  WHIRLWIND_EPOLL_BORINGSSL(
      TLS,
      "whirlwind-epoll-boringssl",
      java(WhirlwindTlsEcho.class, poller("epoll"), WhirlwindTlsEcho.BORINGSSL)),
  TORNADO_TLS(TLS, "tornado", new Program.Native("echo_tornado.py")),

  NETTY_NIO_CHAT(BROADCAST, "netty-nio", java(NettyChat.class)),
  NETTY_EPOLL_CHAT(BROADCAST, "netty-epoll", java(NettyChat.class, NettyChat.EPOLL)),
  VERTX_CHAT(BROADCAST, "vertx", java(VertxChat.class, "-Dvertx.disableFileCaching=true")),
  VIRTUAL_THREADS_CHAT(BROADCAST, "virtual-threads", java(VirtualThreadChat.class)),
  WHIRLWIND_CHAT(BROADCAST, "whirlwind", chat(poller("nio"))),
  WHIRLWIND_EPOLL_CHAT(BROADCAST, "whirlwind-epoll", chat(poller("epoll"))),
  WHIRLWIND_URING_CHAT(BROADCAST, "whirlwind-io_uring", chat(poller("io_uring"))),
  WHIRLWIND_BATON_CHAT(
      BROADCAST, "whirlwind-baton", chat(poller("nio"), "-Dwhirlwind.carrier=baton"));

  private final Suite suite;
  private final String id;
  private final Program program;

  EchoServer(Suite suite, String id, Program program) {
    this.suite = suite;
    this.id = id;
    this.program = program;
  }

  Suite suite() {
    return suite;
  }

  /** The name on the command line and in the tables; no other server of the suite has it. */
  String id() {
    return id;
  }

  /** Whether it is ours, and not a peer. */
  boolean isOurs() {
    return id.startsWith("whirlwind");
  }

  Program program() {
    return program;
  }

  @Override
  public String toString() {
    return id;
  }

  private static String poller(String name) {
    return "-Dwhirlwind.poller=" + name;
  }

  private static Program java(Class<?> main, String... flags) {
    return new Program.JavaClass(main, List.of(flags));
  }

  private static Program vertx() {
    return java(VertxEcho.class, "-Dvertx.disableFileCaching=true");
  }

  /** The chat example, as it is packaged. */
  private static Program chat(String... flags) {
    var jar = Path.of("examples/target/whirlwind-chat.jar"); // from the repository's root
    return new Program.Jar(jar, List.of(flags), List.of("0", "--host", "127.0.0.1"));
  }

  private static Program netty(String transport, String engine) {
    return java(
        NettyTlsEcho.class,
        "-D" + NettyTlsEcho.TRANSPORT + '=' + transport,
        "-D" + NettyTlsEcho.ENGINE + '=' + engine);
  }
}
