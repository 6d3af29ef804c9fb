// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static whirlwind.examples.ExampleProcess.ask;
import static whirlwind.examples.ExampleProcess.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.testing.TestCertificates;
import whirlwind.tls.ClientTls;

/** Every example runs as a user runs it, and does what it says. */
class ExamplesTest {
  private static final Path SOURCES = Path.of("src/main/java/whirlwind/examples");

  @Test
  void echoSaysBackEachLine() throws Exception {
    try (var example = ExampleProcess.start(Echo.class, "0")) {
      int port = example.port("echo");
      try (var ann = connect(port);
          var bob = connect(port)) {
        assertThat(ask(ann, "Hello")).isEqualTo("Hello");
        assertThat(ask(bob, "Hi")).isEqualTo("Hi");
        assertThat(ask(ann, "again")).isEqualTo("again");
      }
    }
  }

  @Test
  void echoNeedsNoBuildTool() throws Exception {
    try (var example = ExampleProcess.startFromSource(SOURCES.resolve("Echo.java"), "0");
        var ann = connect(example.port("echo"))) {
      assertThat(ask(ann, "Hello")).isEqualTo("Hello");
    }
  }

  @Test
  void keyValueKeepsValuesForAllConnections() throws Exception {
    try (var example = ExampleProcess.start(KeyValue.class, "0")) {
      int port = example.port("keyvalue");
      try (var ann = connect(port);
          var bob = connect(port)) {
        assertThat(ask(ann, "GET name")).isEqualTo("(none)");
        assertThat(ask(ann, "SET name Ann of the lake")).isEqualTo("OK");
        assertThat(ask(bob, "GET name")).isEqualTo("Ann of the lake");
        assertThat(ask(bob, "ADD hits 2")).isEqualTo("2");
        assertThat(ask(ann, "ADD hits -5")).isEqualTo("-3");
        assertThat(ask(ann, "ADD name 1")).startsWith("ERROR wanted two numbers");
        assertThat(ask(ann, "DELETE name")).isEqualTo("OK");
        assertThat(ask(bob, "DELETE name")).isEqualTo("(none)");
        assertThat(ask(bob, "what")).startsWith("ERROR wanted GET").endsWith("got: what");
      }
    }
  }

  @Test
  void keyValueEndsTheConnectionAtALineWithoutEnd() throws Exception {
    try (var example = ExampleProcess.start(KeyValue.class, "0");
        var ann = connect(example.port("keyvalue"))) {
      ann.getOutputStream().write(new byte[4096]);
      assertThat(ann.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void proxyPassesBothWaysAndPassesOnTheEnd() throws Exception {
    try (var echo = ExampleProcess.start(Echo.class, "0")) {
      var target = Integer.toString(echo.port("echo"));
      try (var example = ExampleProcess.start(Proxy.class, "0", "localhost", target)) {
        var first = example.line();
        assertThat(first).contains("goes to localhost:" + target);
        int port = Integer.parseInt(first.substring(first.lastIndexOf(' ') + 1));
        try (var ann = connect(port)) {
          assertThat(ask(ann, "Hello")).isEqualTo("Hello");
          ann.shutdownOutput();
          assertThat(ann.getInputStream().read()).isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void proxyPassesMoreThanItHolds() throws Exception {
    try (var example = ExampleProcess.start(Proxy.class, "0")) {
      var first = example.line();
      int port = Integer.parseInt(first.substring(first.lastIndexOf(' ') + 1));
      var sent = new byte[8 << 20];
      new Random(1).nextBytes(sent);
      try (var ann = connect(port)) {
        var writer =
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        ann.getOutputStream().write(sent);
                        ann.shutdownOutput();
                      } catch (IOException failure) {
                        throw new IllegalStateException(failure);
                      }
                    });
        assertThat(ann.getInputStream().readAllBytes()).isEqualTo(sent);
        writer.join();
      }
    }
  }

  @Test
  void tlsEchoExchangesItsCertificateWhileItRuns(@TempDir Path directory) throws Exception {
    var file = directory.resolve("echo.pem");
    writePem("server", file);
    try (var example = ExampleProcess.start(TlsEcho.class, "0", file.toString(), file.toString())) {
      int port = example.port("tlsecho");
      try (var ann = connectByTls(port)) {
        assertThat(certificate(ann)).isEqualTo(TestCertificates.certificate("server"));
        writePem("other", file);
        assertThat(example.line()).isEqualTo("tlsecho: has a new certificate");
        try (var bob = connectByTls(port)) {
          assertThat(certificate(bob)).isEqualTo(TestCertificates.certificate("other"));
          assertThat(ask(bob, "Hi")).isEqualTo("Hi");
        }
        assertThat(ask(ann, "still here")).isEqualTo("still here");
      }
    }
  }

  @Test
  void tlsEchoMakesACertificateOfItsOwn() throws Exception {
    Installed.assume("openssl");
    try (var example = ExampleProcess.start(TlsEcho.class, "0");
        var ann = connectByTls(example.port("tlsecho"))) {
      assertThat(ask(ann, "Hello")).isEqualTo("Hello");
    }
  }

  /** Chain and key in one file: they change at once, as whoever renews certificates should do. */
  private static void writePem(String name, Path file) throws IOException {
    var made = TestCertificates.writePem(name, file.getParent());
    var fresh = file.resolveSibling("fresh.pem");
    Files.writeString(fresh, Files.readString(made.certificates()) + Files.readString(made.key()));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static SSLSocket connectByTls(int port) throws IOException {
    SSLContext anybody = ClientTls.insecureTrustingAnybody().context();
    var socket = connect(port);
    return (SSLSocket)
        anybody.getSocketFactory().createSocket(socket, "localhost", port, /* autoClose= */ true);
  }

  private static Certificate certificate(SSLSocket socket) throws IOException {
    return socket.getSession().getPeerCertificates()[0];
  }

  @Test
  void crawlerReadsEachPageOnceAndNeverTooManyAtATime() throws Exception {
    try (var example = ExampleProcess.start(Crawler.class)) {
      assertThat(example.line()).startsWith("crawler: reads http://localhost:");
      assertThat(example.line()).endsWith("/40: wanted 200, got HTTP/1.0 404 Not Found");
      assertThat(example.line()).isEqualTo("crawler: 40 pages, 1 failures, at most 4 at a time");
      assertThat(example.exitCode()).isZero();
    }
  }

  @Test
  void workersCountWhileTheLoopTicks() throws Exception {
    try (var example = ExampleProcess.start(Workers.class, "100000", "3000000", "10")) {
      assertThat(example.line()).startsWith("workers: ");
      assertThat(example.line()).isEqualTo("4 primes below 10");
      assertThat(example.line().replace(",", "")).isEqualTo("9592 primes below 100000");
      assertThat(example.line().replace(",", "")).isEqualTo("216816 primes below 3000000");
      assertThat(number("workers: meanwhile the loop ticked (\\d+) times", example.line()))
          .isPositive();
      assertThat(example.exitCode()).isZero();
    }
  }

  @Test
  void pipelineCountsTheWords() throws Exception {
    try (var example = ExampleProcess.start(Pipeline.class, "one two two three three three")) {
      assertThat(example.line()).startsWith("pipeline: ");
      var counted = new ArrayList<String>();
      for (@Nullable String line; (line = example.lineOrNull()) != null; ) {
        counted.add(line.strip());
      }
      assertThat(counted).containsExactly("1 one", "3 three", "2 two");
      assertThat(example.exitCode()).isZero();
    }
  }

  @Test
  void jobsThatWereAddedAreDoneAtTheEnd() throws Exception {
    try (var example = ExampleProcess.start(Jobs.class, "20")) {
      assertThat(example.line()).startsWith("jobs: ").endsWith("Ctrl-C");
      assertThat(example.line()).isEqualTo("job 1 done");
      example.terminate();
      int done = 1;
      var line = example.line();
      for (; line.startsWith("job "); line = example.line()) {
        done++;
      }
      assertThat(line).isEqualTo("jobs: %d added, %d done".formatted(done, done));
      assertThat(done).isGreaterThan(2); // some waited when the signal came
      assertThat(example.exitCode()).isZero();
    }
  }

  @Test
  void allCoresServeByTurns() throws Exception {
    try (var example = ExampleProcess.start(AllCores.class, "0", "2")) {
      int port = example.port("allcores");
      try (var ann = connect(port);
          var bob = connect(port)) {
        var first = ask(ann, "Hello");
        var second = ask(bob, "Hello");
        assertThat(first).endsWith(": line 1");
        assertThat(second).endsWith(": line 1").isNotEqualTo(first);
        assertThat(ask(ann, "Hello")).isEqualTo(first.replace("line 1", "line 2"));
      }
    }
  }

  @Test
  void theLauncherKnowsEveryExample() throws IOException {
    var launched =
        Pattern.compile("^(?:examples=')?([a-z]+) +([A-Z]\\w+) +\\S.*$", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("../example")))
            .results()
            .map(line -> line.group(2))
            .toList();
    assertThat(launched).containsExactlyInAnyOrderElementsOf(programs());
  }

  /** The sources that have a main method. */
  private static List<String> programs() throws IOException {
    try (var files = Files.list(SOURCES)) {
      var programs = new ArrayList<String>();
      for (var file : files.toList()) {
        if (Files.readString(file).contains("static void main(String[] arguments)")) {
          programs.add(file.getFileName().toString().replace(".java", ""));
        }
      }
      return programs;
    }
  }

  private static int number(String pattern, String line) {
    var match = Pattern.compile(pattern).matcher(line);
    assertThat(match.matches()).as(line).isTrue();
    return Integer.parseInt(match.group(1));
  }
}
