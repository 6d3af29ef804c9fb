// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What ours cost, as a multiple of what a peer cost in the same run: as it is on record, and what
 * of it has got worse since. For whoever changes something and wants to know whether it was dear.
 *
 * <p>The record is a text file, a line for each workload: its name, and the least, the median and
 * the most of its ratios, with tabs between them.
 */
public final class Ratios {
  /** Less than that is noise between two runs, however alike the rounds of each were. */
  private static final double NOISE = 0.05;

  private static final String COMMENT = "#";

  /** The ratios of a run. */
  public record Ratio(double least, double median, double most) {
    /** Of at least one round. */
    public static Ratio of(double... rounds) {
      var sorted = rounds.clone();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return new Ratio(sorted[0], median, sorted[sorted.length - 1]);
    }

    /** Whether this is more than the spreads of both allow for. */
    boolean isWorseThan(Ratio before) {
      return least > before.most && median > before.median * (1 + NOISE);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median, least, most);
    }
  }

  private final Path file;
  private final boolean recording;
  private final Map<String, Ratio> record = new TreeMap<>();
  private final List<String> worse = new ArrayList<>();
  private final List<String> comments = new ArrayList<>();

  /**
   * Reads what is on record.
   *
   * @param recording whether what is measured now goes on record, instead of being compared with it
   */
  public Ratios(Path file, boolean recording) throws IOException {
    this.file = file;
    this.recording = recording;
    for (var line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
      if (line.startsWith(COMMENT)) {
        comments.add(line);
      } else {
        read(line);
      }
    }
  }

  private void read(String line) throws IOException {
    var fields = line.split("\t");
    try {
      record.put(
          fields[0],
          new Ratio(
              Double.parseDouble(fields[1]),
              Double.parseDouble(fields[2]),
              Double.parseDouble(fields[3])));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IOException(
          "%s: wanted a workload and three numbers with tabs between them, got \"%s\""
              .formatted(file, line),
          e);
    }
  }

  /** Takes note of what was measured; {@code peer} is what it is a multiple of. */
  public void measured(String workload, String peer, Ratio now) {
    if (recording) {
      record.put(workload, now);
      return;
    }
    var before = record.get(workload);
    if (before != null && now.isWorseThan(before)) {
      worse.add("%s: %s × %s, on record are %s".formatted(workload, now, peer, before));
    }
  }

  /** Answers a line for each workload that has got worse. */
  public Collection<String> worse() {
    return List.copyOf(worse);
  }

  /** Writes the record, if that is what it is for; others' lines stay. */
  public void close() throws IOException {
    if (!recording) {
      return;
    }
    var lines = new ArrayList<>(comments);
    record.forEach(
        (workload, ratio) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%s\t%.3f\t%.3f\t%.3f",
                    workload,
                    ratio.least,
                    ratio.median,
                    ratio.most)));
    Files.write(file, lines);
  }
}
