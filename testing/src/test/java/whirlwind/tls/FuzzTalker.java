// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.loop.IOLoop;
import whirlwind.loop.Task;
import whirlwind.stream.SSLIOStream;
import whirlwind.stream.StreamClosedException;

/**
 * Somebody who reads all that comes, in every way that there is, and writes when told to. What it
 * writes is a fixed sequence, so that whoever reads knows at every byte what must come.
 */
final class FuzzTalker implements AutoCloseable {

  private final SSLIOStream stream;
  private final Random random;
  private final Future<SSLIOStream> handshake;
  private final Task<@Nullable Void> reading;
  private long written;
  private long received;
  private @Nullable Future<?> lastWrite;

  FuzzTalker(IOLoop loop, SSLIOStream stream, Random random) {
    this.stream = stream;
    this.random = random;
    this.handshake = stream.waitForHandshake();
    this.reading = loop.spawn(this::readAll);
  }

  // ---------------------------------------------------------------- reading

  private @Nullable Void readAll() {
    try {
      while (true) {
        check(readAnyhow());
      }
    } catch (StreamClosedException end) {
      checkDocumented(end.realError());
      takeRest();
    }
    return null;
  }

  /** What is left after the end can be read. */
  private void takeRest() {
    while (true) {
      try {
        check(stream.readPartial(1000).await());
      } catch (StreamClosedException _) {
        return;
      }
    }
  }

  long received() {
    return received;
  }

  private byte[] readAnyhow() {
    int most = 1 + random.nextInt(2000);
    return switch (random.nextInt(8)) {
      case 0 -> stream.readBytes(Math.min(most, 40)).await();
      case 1 -> stream.readUntil(new byte[] {at(random.nextInt(256))}).await();
      case 2 -> stream.readUntilRegex("[" + "\\x00-\\x1f" + "]").await();
      case 3 -> readInto(ByteBuffer.allocate(most));
      case 4 -> readInto(ByteBuffer.allocateDirect(most));
      case 5 -> readByChunks(Math.min(most, 40));
      case 6 -> {
        var given = stream.readBytes(most);
        given.cancel();
        yield given.isCancelled() ? new byte[0] : given.await();
      }
      default -> stream.readPartial(most).await();
    };
  }

  private byte[] readInto(ByteBuffer target) {
    var bytes = new byte[stream.readInto(target, true).await()];
    target.flip().get(bytes);
    return bytes;
  }

  private byte[] readByChunks(int count) {
    var bytes = new ByteArrayOutputStream();
    try {
      stream.readBytes(count, bytes::writeBytes).await();
    } catch (StreamClosedException end) {
      check(bytes.toByteArray());
      throw end;
    }
    return bytes.toByteArray();
  }

  private void check(byte[] bytes) {
    for (byte each : bytes) {
      if (each != at(received)) {
        throw new AssertionError(
            "byte %d: wanted %d, got %d".formatted(received, at(received), each));
      }
      received++;
    }
  }

  private static byte at(long index) {
    return (byte) (index * 31 + (index >> 8) * 7);
  }

  // ---------------------------------------------------------------- writing

  /** Writes some, unless there is some still to be sent. */
  void maybeWrite() {
    if (!stream.writing()) {
      write(random.nextInt(20) == 0 ? random.nextInt(60_000) : random.nextInt(3000));
    }
  }

  void write(int count) {
    var bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = at(written++);
    }
    if (!stream.closed()) {
      lastWrite = stream.write(bytes);
    }
  }

  // ---------------------------------------------------------------- what must hold

  /** What has to be there after so many turns is: the connection has ended. */
  void mustEnd(int turns) {
    for (int turn = 0; turn < turns && !isOver(); turn++) {
      TlsFuzz.turns(1);
    }
    assertThat(stream.closed()).as("%s is closed", stream).isTrue();
    assertThat(isOver()).as("all of %s has ended", stream).isTrue();
    checkDocumented(stream.error());
    checkDocumented(failureOf(handshake));
    if (lastWrite != null) {
      checkDocumented(failureOf(lastWrite));
    }
    reading.await();
  }

  private boolean isOver() {
    return stream.closed()
        && handshake.isDone()
        && reading.isDone()
        && (lastWrite == null || lastWrite.isDone());
  }

  private static @Nullable Throwable failureOf(Future<?> future) {
    var failure = future.exception();
    return failure instanceof StreamClosedException closed ? closed.realError() : failure;
  }

  /** Connections fail as connections do: what else is thrown is a defect. */
  private static void checkDocumented(@Nullable Throwable failure) {
    if (failure != null && !(failure instanceof IOException)) {
      throw new AssertionError("wanted a failure of the connection, got " + failure, failure);
    }
  }

  void mustHaveAllOf(FuzzTalker other) {
    if (stream.closed() || other.stream.closed()) {
      throw new AssertionError("closed: " + stream.error() + ", " + other.stream.error());
    }
    // A pending read may hold what is too little for it: a byte of any value comes within 512.
    assertThat(other.written - received).as("bytes that are missing").isBetween(0L, 512L);
  }

  /** After a good end nothing is missing. */
  void mustHaveExactly(FuzzTalker other) {
    assertThat(received).as("bytes received").isEqualTo(other.written);
  }

  void mustHaveABeginningOf(FuzzTalker other) {
    assertThat(received).isLessThanOrEqualTo(other.written);
  }

  /** Says goodbye. */
  void leave() {
    stream.close();
  }

  @Override
  public void close() {
    stream.close();
  }
}
