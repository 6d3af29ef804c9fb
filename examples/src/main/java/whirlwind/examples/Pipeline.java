// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import java.nio.charset.StandardCharsets;
import whirlwind.loop.IOLoop;
import whirlwind.loop.TaskScope;
import whirlwind.process.Command;
import whirlwind.process.Stdio;
import whirlwind.process.Subprocess;
import whirlwind.stream.PipeIOStream;

/**
 * A pipeline of child processes, {@code tr | sort | uniq -c}: {@code ./example pipeline [text ...]}
 * counts the words of a text.
 *
 * <p>All children run at the same time, and no pipe is ever full for good: each step reads only as
 * fast as the next one takes. When a step fails, the scope cancels the others and all end.
 */
final class Pipeline {
  private static final String TEXT = "the loop turns and the coroutine waits and the loop turns";

  private Pipeline() {}

  static void main(String[] arguments) {
    var text = arguments.length > 0 ? String.join(" ", arguments) : TEXT;
    System.out.println("pipeline: counts words by tr, sort and uniq; give a text to count its own");
    System.out.print(IOLoop.run(() -> countWords(text)));
  }

  private static String countWords(String text) throws Exception {
    try (var split = start("tr", "-s", " ", "\\n");
        var sort = start("sort");
        var count = start("uniq", "-c")) {
      return TaskScope.run(
          scope -> {
            scope.spawn("feed", () -> feed(text, split.stdin()));
            scope.spawn("split to sort", () -> pass(split.stdout(), sort.stdin()));
            scope.spawn("sort to count", () -> pass(sort.stdout(), count.stdin()));
            var result = count.stdout().readUntilClose().await();
            for (var child : new Subprocess[] {split, sort, count}) {
              child.requireSuccess().await();
            }
            return new String(result, StandardCharsets.UTF_8);
          });
    }
  }

  private static Subprocess start(String... words) {
    var command =
        Command.of(words)
            .withVariable("LC_ALL", "C")
            .withStdin(Stdio.STREAM)
            .withStdout(Stdio.STREAM)
            .withStderr(Stdio.INHERIT);
    return Subprocess.start(command).await();
  }

  private static int feed(String text, PipeIOStream to) {
    to.write(text + "\n").await();
    to.close();
    return text.length();
  }

  private static long pass(PipeIOStream from, PipeIOStream to) {
    long passed = from.copyTo(to).await();
    to.close(); // the next step sees the end
    return passed;
  }
}
