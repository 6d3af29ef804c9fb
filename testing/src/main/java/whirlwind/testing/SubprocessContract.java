// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.future.CancelledException;
import whirlwind.future.Futures;
import whirlwind.io.IoProvider;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.process.Command;
import whirlwind.process.ProcessFailedException;
import whirlwind.process.Stdio;
import whirlwind.process.Subprocess;
import whirlwind.stream.PipeIOStream;
import whirlwind.stream.StreamBufferFullException;
import whirlwind.stream.StreamClosedException;
import whirlwind.stream.StreamLimits;
import whirlwind.testing.LoopTest.Time;

/**
 * What children must do whatever carries their streams, as a suite over real programs: a test class
 * of a provider extends it. While it runs, the provider is the configured one.
 */
@DisabledOnOs(OS.WINDOWS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SubprocessContract {

  /** Runs until it is ended, or until its standard output is a pipe that nobody reads any more. */
  private static final List<String> FOR_EVER = List.of("tail", "-f", "/dev/null");

  private static final int SIGKILLED = 128 + 9;
  private static final int SIGTERMED = 128 + 15;
  private static final int MORE_THAN_A_PIPE_HOLDS = 1 << 20;
  private static final int PIECE = 256 * 1024;
  private static final int MANY = 50;

  private final IoProvider provider;

  @TempDir private Path directory;

  /** The provider under test. */
  protected SubprocessContract(IoProvider provider) {
    this.provider = provider;
  }

  /** For the loops of the tests. */
  @BeforeAll
  final void configure() {
    IOLoop.configure(provider);
  }

  /** For the tests of others. */
  @AfterAll
  final void configureAsUsual() {
    IOLoop.configure(System.getProperty(IOLoop.POLLER_PROPERTY, "auto"));
  }

  private static Command sh(String script) {
    return Command.of("sh", "-c", script);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  private static byte[] randomBytes(int count) {
    var bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }

  /** Something that comes true without the loop being told. */
  @FunctionalInterface
  private interface Condition {
    boolean holds() throws IOException;
  }

  /** The limit of the test bounds it. */
  private static void await(Condition condition) throws IOException {
    while (!condition.holds()) {
      Futures.moment().await();
    }
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static Set<ProcessHandle> children() {
    return ProcessHandle.current().children().collect(Collectors.toSet());
  }

  // ---------------------------------------------------------------- talking

  /** A dialogue, then the end of the input. */
  @LoopTest(clock = Time.SYSTEM)
  void aChildAnswers() {
    try (var cat = Subprocess.start("cat").await()) {
      for (var line : List.of("one\n", "two\n")) {
        cat.stdin().write(line).await();
        assertThat(text(cat.stdout().readUntil("\n").await())).isEqualTo(line);
      }
      cat.stdin().close();
      assertThat(cat.stdout().readUntilClose().await()).isEmpty();
      assertThat(cat.exitStatus().await()).isZero();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void aFilterIsRun() throws IOException {
    var sent = randomBytes(MORE_THAN_A_PIPE_HOLDS);
    var zipped = Subprocess.run(Command.of("gzip", "-c"), sent).await().requireSuccess();
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.stdout()))) {
      assertThat(unzipped.readAllBytes()).isEqualTo(sent);
    }
    assertThat(zipped.stderr()).isEmpty();
  }

  @LoopTest(clock = Time.SYSTEM)
  void bothOutputsAreReadWhileTheInputIsWritten() {
    var sent = randomBytes(MORE_THAN_A_PIPE_HOLDS);
    var result = Subprocess.run(sh("tee /dev/stderr"), sent).await();
    assertThat(result.status()).isZero();
    assertThat(result.stdout()).isEqualTo(sent);
    assertThat(result.stderr()).isEqualTo(sent);
  }

  /** In memory there is never more than a few pieces. */
  @LoopTest(clock = Time.SYSTEM, limitSeconds = 60)
  void muchPassesThroughAChild(IOLoop loop) {
    pass(loop, 64L << 20);
  }

  @LoopTest(clock = Time.SYSTEM, limitSeconds = 300)
  @Timeout(value = 300, unit = TimeUnit.SECONDS)
  @Tag("slow")
  void veryMuchPassesThroughAChild(IOLoop loop) {
    pass(loop, 1L << 30);
  }

  /** Sends so many bytes through {@code cat}, and compares. */
  private static void pass(IOLoop loop, long bytes) {
    var piece = randomBytes(PIECE);
    var sent = new CRC32C();
    var received = new CRC32C();
    try (var cat = Subprocess.start("cat").await()) {
      var writing =
          loop.spawn(
              () -> {
                for (long left = bytes; left > 0; left -= piece.length) {
                  piece[0]++;
                  sent.update(piece);
                  cat.stdin().write(piece).await();
                }
                cat.stdin().close();
                return null;
              });
      long[] count = {0};
      cat.stdout()
          .readUntilClose(
              chunk -> {
                received.update(chunk);
                count[0] += chunk.length;
              })
          .await();
      writing.await();
      assertThat(count[0]).isEqualTo(bytes);
      assertThat(received.getValue()).isEqualTo(sent.getValue());
      assertThat(cat.exitStatus().await()).isZero();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void aChildNeedNotReadItsInput() {
    var result = Subprocess.run(Command.of("true"), randomBytes(MORE_THAN_A_PIPE_HOLDS)).await();
    assertThat(result.status()).isZero();
  }

  @LoopTest(clock = Time.SYSTEM)
  void aChildThatClosesItsInputBreaksThePipe() {
    try (var child =
        Subprocess.start(sh("exec <&-; echo closed; exec " + String.join(" ", FOR_EVER))).await()) {
      child.stdout().readUntil("closed\n").await();
      assertThatExceptionOfType(StreamClosedException.class)
          .isThrownBy(
              () -> {
                while (true) {
                  child.stdin().write("x").await();
                  Futures.moment().await();
                }
              })
          .satisfies(
              failure -> assertThat(failure.realError()).hasMessageContaining("Broken pipe"));
    }
  }

  /** The grandchild writes when a named pipe lets it, which is after its parent has exited. */
  @LoopTest(clock = Time.SYSTEM)
  void whatAGrandchildWritesAfterTheExitIsRead(IOLoop loop) {
    var pipe = directory.resolve("go");
    Subprocess.run("mkfifo", pipe.toString()).await().requireSuccess();
    try (var child =
        Subprocess.start(sh("(read line <" + pipe + "; echo late $line) & echo early; read go"))
            .await()) {
      assertThat(text(child.stdout().readUntil("\n").await())).isEqualTo("early\n");
      child.stdin().write("go\n").await(); // not before: see PumpedInput
      assertThat(child.exitStatus().await()).isZero();
      var rest = child.stdout().readUntilClose();
      loop.runInExecutor(() -> Files.writeString(pipe, "words\n")).await();
      assertThat(text(rest.await())).isEqualTo("late words\n");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void moreOutputThanTheLimitFailsAndKillsTheChild() {
    var yes = Command.of("yes").withLimits(StreamLimits.defaults().withMaxBufferSize(100_000));
    assertThatExceptionOfType(StreamBufferFullException.class)
        .isThrownBy(() -> Subprocess.run(yes).await())
        .withMessageContaining("100000");
  }

  @LoopTest(clock = Time.SYSTEM)
  void aConversationWithAChildThatRunsCanBeCancelled(IOLoop loop) {
    try (var cat = Subprocess.start("cat").await()) {
      var conversation = loop.spawn(() -> cat.communicate(new byte[0]).await());
      assertThat(conversation.cancel()).isTrue();
      assertThatExceptionOfType(CancelledException.class).isThrownBy(conversation::await);
      cat.stdin().write("still there\n").await();
      assertThat(text(cat.stdout().readUntil("\n").await())).isEqualTo("still there\n");
    }
  }

  // ---------------------------------------------------------------- how it is started

  @LoopTest(clock = Time.SYSTEM)
  void aProgramThatDoesNotExistIsNamed() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> Subprocess.start("no-such-program", "x").await())
        .withMessageContaining("no-such-program")
        .withMessageContaining("No such file");
  }

  @LoopTest(clock = Time.SYSTEM)
  void aDirectoryThatDoesNotExistIsNamed() {
    var command = Command.of("true").withDirectory(directory.resolve("nowhere"));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> Subprocess.start(command).await())
        .withMessageContaining("nowhere");
  }

  @LoopTest(clock = Time.SYSTEM)
  void aChildHasItsDirectoryAndItsEnvironment() throws IOException {
    var command =
        sh("pwd -P; echo $COLOUR").withDirectory(directory).withVariable("COLOUR", "blue green");
    assertThat(Subprocess.run(command).await().stdoutText())
        .isEqualTo(directory.toRealPath() + "\nblue green\n");
  }

  @LoopTest(clock = Time.SYSTEM)
  void anEnvironmentIsAllThatAChildHas() {
    var command = Command.of("/usr/bin/env").withEnvironment(Map.of("ONLY", "this"));
    assertThat(Subprocess.run(command).await().stdoutText()).isEqualTo("ONLY=this\n");
  }

  @LoopTest(clock = Time.SYSTEM)
  void standardStreamsLeadToFiles() throws IOException {
    var source = Files.writeString(directory.resolve("source"), "content");
    var target = Files.writeString(directory.resolve("target"), "something longer");
    var log = Files.writeString(directory.resolve("log"), "before\n");
    var command =
        sh("cat; echo problem >&2")
            .withStdin(Stdio.file(source))
            .withStdout(Stdio.file(target))
            .withStderr(Stdio.append(log));
    var result = Subprocess.run(command).await();
    assertThat(result.stdout()).isEmpty();
    assertThat(target).hasContent("content");
    assertThat(log).hasContent("before\nproblem\n");
  }

  @LoopTest(clock = Time.SYSTEM)
  void discardedStreamsAreEmptyOrDropped() {
    var command = sh("cat; echo end").withStdin(Stdio.DISCARD).withStderr(Stdio.DISCARD);
    var result = Subprocess.run(command).await();
    assertThat(result.stdoutText()).isEqualTo("end\n");
    assertThat(result.stderr()).isEmpty();
  }

  @LoopTest(clock = Time.SYSTEM)
  void bothOutputsCanLeadToOneStream() {
    var command = sh("echo a; echo b >&2; echo c").withStderr(Stdio.SAME_AS_STDOUT);
    assertThat(Subprocess.run(command).await().stdoutText()).isEqualTo("a\nb\nc\n");
  }

  @LoopTest(clock = Time.SYSTEM)
  void aStandardStreamThatLeadsElsewhereIsNoStream() {
    try (var child = Subprocess.start(Command.of(FOR_EVER).withStdout(Stdio.DISCARD)).await()) {
      assertThatIllegalStateException()
          .isThrownBy(child::stdout)
          .withMessageContaining("STDOUT")
          .withMessageContaining("DISCARD");
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void inputForAChildWithoutAStreamIsRefused() {
    var command = Command.of("cat").withStdin(Stdio.DISCARD);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subprocess.run(command, new byte[1]))
        .withMessageContaining("stdin");
  }

  // ---------------------------------------------------------------- descriptors

  @LoopTest(clock = Time.SYSTEM)
  @EnabledOnOs(OS.LINUX)
  void aChildInheritsItsStandardStreamsAlone() {
    try (var other = Subprocess.start("cat").await()) {
      var result = Subprocess.run("ls", "/proc/self/fd").await();
      assertThat(result.stdoutText().lines())
          .as("the three, and the directory that ls reads")
          .containsExactly("0", "1", "2", "3");
      other.stdin().close();
      other.exitStatus().await();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void oneChildDoesNotHoldThePipesOfAnother() {
    try (var first = Subprocess.start("cat").await();
        var second = Subprocess.start("cat").await()) {
      first.stdin().close();
      assertThat(first.stdout().readUntilClose().await()).isEmpty();
      assertThat(first.exitStatus().await()).isZero();
      assertThat(isAlive(second.pid())).isTrue();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  @EnabledOnOs(OS.LINUX)
  void nothingIsLeftOpenByManyChildren() throws IOException {
    Subprocess.run("true").await(); // the first one opens what stays open
    long before = openPipes();
    for (int i = 0; i < MANY; i++) {
      Subprocess.run(Command.of("cat"), new byte[10]).await();
    }
    await(() -> openPipes() <= before);
  }

  private static long openPipes() throws IOException {
    try (var links = Files.list(Path.of("/proc/self/fd"))) {
      return links.filter(SubprocessContract::isPipe).count();
    }
  }

  private static boolean isPipe(Path link) {
    try {
      return Files.readSymbolicLink(link).toString().startsWith("pipe:");
    } catch (IOException _) {
      return false; // closed meanwhile
    }
  }

  // ---------------------------------------------------------------- the exit

  @LoopTest(clock = Time.SYSTEM)
  void theExitStatusIsTheChilds(IOLoop loop) {
    try (var child = Subprocess.start(sh("exit 3")).await()) {
      var onLoop = new ArrayList<Boolean>();
      child.exitStatus().onComplete(_ -> onLoop.add(loop.isCurrent()));
      assertThat(child.exitStatus().await()).isEqualTo(3);
      Futures.moment().await();
      assertThat(onLoop).containsExactly(true);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void successCanBeRequired() {
    try (var good = Subprocess.start("true").await();
        var bad = Subprocess.start(sh("exit 3")).await()) {
      good.requireSuccess().await();
      assertThatExceptionOfType(ProcessFailedException.class)
          .isThrownBy(() -> bad.requireSuccess().await())
          .withMessage("sh: wanted exit status 0, got 3")
          .satisfies(
              failure -> {
                assertThat(failure.status()).isEqualTo(3);
                assertThat(failure.command().words()).containsExactly("sh", "-c", "exit 3");
              });
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void aFailureQuotesTheStandardError() {
    assertThatExceptionOfType(ProcessFailedException.class)
        .isThrownBy(() -> Subprocess.run(sh("echo no luck >&2; exit 1")).await().requireSuccess())
        .withMessage("sh: wanted exit status 0, got 1; it said: no luck");
  }

  @LoopTest(clock = Time.SYSTEM)
  void aSignalShowsAs128AndItsNumber() {
    assertThat(Subprocess.run(sh("kill -9 $$")).await().status()).isEqualTo(SIGKILLED);
    try (var terminated = Subprocess.start("cat").await();
        var killed = Subprocess.start("cat").await()) {
      terminated.terminate();
      assertThat(terminated.exitStatus().await()).isEqualTo(SIGTERMED);
      killed.kill();
      assertThat(killed.exitStatus().await()).isEqualTo(SIGKILLED);
      killed.kill();
      killed.terminate();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void aChildThatIgnoresTheRequestIsKilledAfterTheGrace(IOLoop loop) {
    var grace = Duration.ofMillis(50);
    var script = "trap '' TERM; echo ready >&2; exec " + String.join(" ", FOR_EVER);
    try (var child = Subprocess.start(sh(script).withStdout(Stdio.DISCARD)).await()) {
      child.stderr().readUntil("ready\n").await();
      var before = loop.time();
      assertThat(child.stop(grace).await()).isEqualTo(SIGKILLED);
      assertThat(loop.time() - before).isGreaterThanOrEqualTo(grace.toMillis() / 1e3);
      assertThat(child.stderr().closed()).isTrue();
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void closingEndsAChild() {
    var child = Subprocess.start(Command.of(FOR_EVER).withStdout(Stdio.DISCARD)).await();
    child.close();
    child.close();
    assertThat(child.stdin().closed()).isTrue();
    assertThat(child.exitStatus().await()).isEqualTo(SIGTERMED);
  }

  @LoopTest(clock = Time.SYSTEM)
  void cancellingWhoeverAwaitsARunKillsTheChild(IOLoop loop) throws IOException {
    var number = directory.resolve("number");
    var script = "echo $$ > " + number + "; exec " + String.join(" ", FOR_EVER);
    var task = loop.spawn(() -> Subprocess.run(sh(script)).await());
    await(() -> Files.exists(number) && Files.readString(number).endsWith("\n"));
    long pid = Long.parseLong(Files.readString(number).strip());
    assertThat(isAlive(pid)).isTrue();
    assertThat(task.cancel()).isTrue();
    assertThatExceptionOfType(CancelledException.class).isThrownBy(task::await);
    await(() -> !isAlive(pid));
  }

  @LoopTest(clock = Time.SYSTEM)
  void cancellingAStartLeavesNoChild() throws IOException {
    var before = children();
    var starting = Subprocess.start(Command.of(FOR_EVER));
    assertThat(starting.cancel()).isTrue();
    assertThat(starting.isCancelled()).isTrue();
    for (int i = 0; i < 3; i++) { // while these come and go, it would have been started
      Subprocess.run("true").await();
      await(() -> before.containsAll(children()));
    }
  }

  @Test
  void noChildOutlivesItsLoop() throws Exception {
    var options = LoopOptions.defaults().withProvider(provider);
    long pid = IOLoop.run(options, () -> Subprocess.start(Command.of(FOR_EVER)).await().pid());
    var child = ProcessHandle.of(pid);
    if (child.isPresent()) {
      child.get().onExit().get(20, TimeUnit.SECONDS);
    }
  }

  @LoopTest(clock = Time.SYSTEM)
  void theStreamsOfAChildHaveItsLimits() {
    var limits = StreamLimits.defaults().withMaxWriteBufferSize(10);
    try (var cat = Subprocess.start(Command.of("cat").withLimits(limits)).await()) {
      for (PipeIOStream stream : List.of(cat.stdin(), cat.stdout(), cat.stderr())) {
        assertThat(stream.limits()).isEqualTo(limits);
      }
    }
  }

  /** For messages and logs. */
  @LoopTest(clock = Time.SYSTEM)
  void aChildSaysWhatItIs() {
    var child = Subprocess.start(Command.of(FOR_EVER)).await(); // whatever becomes of its input
    assertThat(child)
        .asString()
        .contains(Command.of(FOR_EVER).program())
        .contains("" + child.pid())
        .contains("running");
    child.close();
    child.exitStatus().await();
    assertThat(child).asString().contains("status " + SIGTERMED);
  }
}
