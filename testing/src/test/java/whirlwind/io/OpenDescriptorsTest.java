// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class OpenDescriptorsTest {
  private static final int THREADS = 4;
  private static final int PIPES = 25;

  /** What is written into this pipe, and into no other, can be had by the number. */
  private static void check(Pipe pipe, int token) throws IOException {
    var ends = Objects.requireNonNull(OpenDescriptors.of(pipe));
    pipe.sink().write(ByteBuffer.wrap(new byte[token]));
    try (var again = new FileInputStream(OpenDescriptors.file(ends.source()))) {
      assertThat(again.available()).isEqualTo(token);
    }
    assertThat(link(ends.sink())).as("the same pipe").isEqualTo(link(ends.source()));
    assertThat(ends.sink()).isNotEqualTo(ends.source());
    assertThat(pipe.source().isBlocking()).isTrue();
    assertThat(pipe.sink().isBlocking()).isTrue();
  }

  private static Path link(int number) throws IOException {
    return Files.readSymbolicLink(OpenDescriptors.file(number).toPath());
  }

  private static void close(Pipe pipe) throws IOException {
    pipe.source().close();
    pipe.sink().close();
  }

  @Test
  void bothEndsOfAPipeAreFound() throws IOException {
    var pipe = Pipe.open();
    check(pipe, 1);
    close(pipe);
  }

  @Test
  void aPipeIsFoundAmongOthersThatComeAndGo() throws Exception {
    Callable<Void> finder =
        () -> {
          var open = new ArrayList<Pipe>();
          for (int i = 1; i <= PIPES; i++) {
            var pipe = Pipe.open();
            open.add(pipe);
            check(pipe, i);
            if (i % 3 == 0) {
              close(open.removeFirst());
            }
          }
          for (var pipe : open) {
            close(pipe);
          }
          return null;
        };
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      for (var done : threads.invokeAll(List.of(finder, finder, finder, finder))) {
        done.get();
      }
    }
  }
}
