// SPDX-License-Identifier: Apache-2.0
package whirlwind.docs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import whirlwind.loop.IOLoop;
import whirlwind.net.TCPServer;
import whirlwind.stream.IOStream;
import whirlwind.sync.Event;
import whirlwind.sync.Lock;
import whirlwind.sync.Queue;
import whirlwind.testing.TestCertificates;

/**
 * What the statements of a page find around them, besides the library: a loop, a stream whose peer
 * says back each line, and what stands for an application. Blocks extend it.
 */
public class Given implements AutoCloseable {
  /** What a page may answer. */
  public record Page(String user, List<String> orders) {}

  /** Some database. */
  public interface Database {
    List<String> query(String sql) throws IOException;
  }

  /** What has certificates. */
  public interface Certificates {
    SSLContext current();
  }

  protected final IOLoop loop = IOLoop.current();
  protected final int port;
  protected final IOStream stream;
  protected final int id = 7;
  protected final String sql = "select 1";
  protected final Database database = List::of;
  protected final Certificates certificates = () -> TestCertificates.context("server");
  protected final SSLContext trusting = TestCertificates.trusting();
  protected final Queue<String> jobs = new Queue<>();
  protected final Event shutdown = new Event();
  protected final Lock lock = new Lock();
  protected final ExecutorService pool = Executors.newSingleThreadExecutor();
  private final TCPServer echo;

  @SuppressWarnings("this-escape") // it serves on the loop, which goes on later
  public Given() {
    echo = new TCPServer((peer, _) -> serve(peer));
    echo.listen(new InetSocketAddress("localhost", 0));
    port = echo.port();
    stream = new IOStream().connect(new InetSocketAddress("localhost", port)).await();
    jobs.putNowait("a job");
  }

  /** What statements become. */
  public void run() throws Exception {}

  protected void serve(IOStream peer) {
    while (peer.hasMore().await()) {
      peer.write(peer.readUntil("\n").await()).await();
    }
  }

  protected void serve(IOStream peer, SocketAddress address) {
    serve(peer);
  }

  protected String fetchUser(int user) {
    return "user " + user;
  }

  protected List<String> fetchOrders(int user) {
    return List.of("order of " + user);
  }

  protected void handle(byte[] message) {}

  protected String work(String job) {
    return job + " done";
  }

  @Override
  public void close() {
    stream.close();
    echo.close();
    echo.closed().await();
    pool.shutdown();
  }
}
