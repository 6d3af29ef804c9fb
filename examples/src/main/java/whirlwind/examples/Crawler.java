// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import whirlwind.loop.IOLoop;
import whirlwind.loop.TaskScope;
import whirlwind.net.ConnectOptions;
import whirlwind.net.TCPClient;
import whirlwind.net.TCPServer;
import whirlwind.stream.IOStream;
import whirlwind.sync.Queue;
import whirlwind.sync.Semaphore;

/**
 * A crawler of one site: {@code ./example crawler [http://host:port/]}; without an address it
 * crawls a small site of its own.
 *
 * <p>A bounded queue holds what is to be fetched, a semaphore the number of fetches at a time, and
 * a scope their tasks. Who waits for room in the queue has given its permit back before, so that
 * the one who makes room can always go on.
 */
final class Crawler {
  private static final int FETCHES_AT_A_TIME = 4;
  private static final int QUEUE_SIZE = 8;
  private static final int MAX_PAGE_BYTES = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Pattern LINK = Pattern.compile("href=\"([^\"#]+)");

  private final URI site;
  private final TCPClient client = new TCPClient();
  private final Queue<URI> frontier = new Queue<>(QUEUE_SIZE);
  private final Semaphore fetches = new Semaphore(FETCHES_AT_A_TIME);
  private final Set<URI> seen = new HashSet<>();
  private int pages;
  private int failures;
  private int fetching;
  private int mostAtATime;

  private Crawler(URI site) {
    this.site = site;
  }

  static void main(String[] arguments) {
    IOLoop.run(
        () -> {
          var site = URI.create(arguments.length > 0 ? arguments[0] : startSite());
          System.out.printf("crawler: reads %s; give it another address to read that%n", site);
          var crawler = new Crawler(site);
          crawler.crawl();
          System.out.printf(
              "crawler: %d pages, %d failures, at most %d at a time%n",
              crawler.pages, crawler.failures, crawler.mostAtATime);
          return null;
        });
  }

  private void crawl() {
    TaskScope.run(
        scope -> {
          found(List.of(site));
          var dispatcher = scope.spawn("dispatcher", () -> dispatch(scope));
          frontier.join().await(); // until each address is done, with all that it led to
          frontier.close();
          return dispatcher.await();
        });
  }

  private int dispatch(TaskScope scope) {
    int dispatched = 0;
    for (var address : frontier) {
      var permit = fetches.acquire().await();
      scope.spawn(
          "fetch " + address,
          () -> {
            List<URI> links;
            try (permit) {
              links = linksOf(address);
            }
            found(links);
            frontier.taskDone();
            return null;
          });
      dispatched++;
    }
    return dispatched;
  }

  private void found(List<URI> addresses) {
    for (var address : addresses) {
      if (address.getAuthority().equals(site.getAuthority()) && seen.add(address)) {
        frontier.put(address).await();
      }
    }
  }

  private List<URI> linksOf(URI address) {
    mostAtATime = Math.max(mostAtATime, ++fetching);
    try {
      var page = fetch(address);
      pages++;
      return LINK.matcher(page)
          .results()
          .map(link -> address.resolve(link.group(1)))
          .filter(link -> "http".equals(link.getScheme()))
          .toList();
    } catch (RuntimeException failure) {
      failures++;
      System.out.printf("crawler: %s: %s%n", address, failure.getMessage());
      return List.of();
    } finally {
      fetching--;
    }
  }

  /** One request of HTTP/1.0, whose answer ends with the connection. */
  private String fetch(URI address) {
    int port = address.getPort() < 0 ? 80 : address.getPort();
    var patience = ConnectOptions.defaults().withTimeout(PATIENCE);
    var stream = client.connect(address.getHost(), port, patience).await();
    try {
      stream
          .write(
              "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n"
                  .formatted(
                      address.getRawPath().isEmpty() ? "/" : address.getRawPath(),
                      address.getAuthority()))
          .await();
      var head = text(stream.readUntil("\r\n\r\n", MAX_PAGE_BYTES, PATIENCE).await());
      if (!head.startsWith("HTTP/1.") || !head.startsWith(" 200", 8)) {
        throw new IllegalStateException("wanted 200, got " + head.lines().findFirst().orElse(""));
      }
      return text(stream.readUntilClose(PATIENCE).await());
    } finally {
      stream.close();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns the address of a site of 40 pages, of which one is missing. */
  private static String startSite() {
    var server = new TCPServer((stream, _) -> servePage(stream));
    server.listen(new InetSocketAddress("localhost", 0));
    return "http://localhost:%d/0".formatted(server.port());
  }

  private static void servePage(IOStream stream) {
    var request = text(stream.readUntil("\r\n\r\n", MAX_PAGE_BYTES, PATIENCE).await());
    int page = Integer.parseInt(request.substring("GET /".length(), request.indexOf(" HTTP/")));
    var links =
        IntStream.of(2 * page + 1, 2 * page + 2, page / 2)
            .filter(link -> link <= 40)
            .mapToObj("<a href=\"/%d\">"::formatted)
            .collect(Collectors.joining("\n"));
    stream
        .write(page < 40 ? "HTTP/1.0 200 OK\r\n\r\n" + links : "HTTP/1.0 404 Not Found\r\n\r\n")
        .await();
  }
}
