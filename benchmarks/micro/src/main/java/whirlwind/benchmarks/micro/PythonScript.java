// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who is measured by Python, for the record: its interpreter's price is in every figure. */
enum PythonScript {
  ASYNCIO("asyncio", "with_asyncio.py"),
  TORNADO("Tornado", "with_tornado.py");

  /** The system's own: that is where a distribution's package of Tornado is found. */
  private static final String INTERPRETER = System.getProperty("python", "/usr/bin/python3");

  private final String title;
  private final String file;

  PythonScript(String title, String file) {
    this.title = title;
    this.file = file;
  }

  String title() {
    return title;
  }

  /** What it prints; nothing, with its complaint on standard error, when it cannot run. */
  Map<String, Samples> measure(double secondsEach) throws IOException, InterruptedException {
    var all = new LinkedHashMap<String, Samples>();
    var script = Path.of("benchmarks", "sync", "src", "main", "python", file).toString();
    var process =
        new ProcessBuilder(INTERPRETER, "-B", script, Double.toString(secondsEach))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var lines = process.inputReader()) {
      for (String line; (line = lines.readLine()) != null; ) {
        var words = line.split(" ");
        var nanos = Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
        all.put(words[0], new Samples(nanos));
      }
    }
    int status = process.waitFor();
    if (status != 0) {
      System.err.println(title + ": left out, as " + INTERPRETER + " ended with " + status);
    }
    return all;
  }
}
