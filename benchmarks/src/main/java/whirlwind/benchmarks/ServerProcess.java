// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.IOException;

/** A running echo server. */
record ServerProcess(EchoServer server, Process process, int port, Children children)
    implements AutoCloseable {
  private static final int COLLECTION_SECONDS = 30;

  CpuTime cpuTime() throws IOException {
    return CpuTime.of(process.pid());
  }

  /** Answers what it holds now that its garbage is collected. */
  Memory memory() throws IOException {
    var heap =
        switch (server.program()) {
          case Program.JavaClass _ -> askForHeap();
          case Program.Native _, Program.Jar _ -> 0;
        };
    return new Memory(heap, Memory.resident(process.pid()));
  }

  private long askForHeap() throws IOException {
    var question = process.outputWriter();
    question.write(Echo.HEAP + '\n');
    question.flush();
    var answer = children.readLine("server", process, process.inputReader(), COLLECTION_SECONDS);
    if (!answer.startsWith(Echo.HEAP + ' ')) {
      throw new IOException("wanted %s and bytes, got \"%s\"".formatted(Echo.HEAP, answer));
    }
    return Long.parseLong(answer.substring(Echo.HEAP.length() + 1));
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
