// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Where a run writes: samples as JSON lines, tables as Markdown, what the processes complained of
 * in a log.
 *
 * <p>Everything is written as it comes, so that a run that is broken off leaves what it had. Tables
 * go to standard output too, and progress to standard error.
 */
final class Results {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path samples;
  private final Path tables;
  private final Path log;

  Results(Suite suite, Path directory, Instant start) throws IOException {
    Files.createDirectories(directory);
    var name = suite.id() + "-" + STAMP.format(start);
    this.samples = directory.resolve(name + ".jsonl");
    this.tables = directory.resolve(name + ".md");
    this.log = directory.resolve(name + ".log");
  }

  Path log() {
    return log;
  }

  void sample(String json) throws IOException {
    append(samples, json + "\n");
  }

  void table(String markdown) throws IOException {
    System.out.print(markdown);
    System.out.flush();
    append(tables, markdown);
  }

  void progress(String line) {
    System.err.println("echo benchmark: " + line);
  }

  @Override
  public String toString() {
    return "tables in " + tables + ", samples in " + samples;
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
