// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;
import whirlwind.loop.IOLoop;
import whirlwind.loop.LoopOptions;
import whirlwind.loop.MakeCurrent;
import whirlwind.stream.IOStream;
import whirlwind.stream.StreamLimits;

/** Ours: a stream over a transport that always has the next block. */
final class WhirlwindScan implements ScanOperations {
  private static final byte[] DELIMITER = {ScanBenchmark.DELIMITER};

  private final IOLoop loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
  private final IOStream stream;

  WhirlwindScan(byte[] line) {
    stream = loop.runSync(() -> new IOStream(loop, new Repeated(line), StreamLimits.defaults()));
  }

  @Override
  public Object readLine() {
    var line = loop.runSync(() -> stream.readUntil(DELIMITER).await());
    if (line.length != ScanBenchmark.LENGTH) {
      throw new AssertionError("wanted the whole line, got " + line.length + " bytes");
    }
    return line;
  }

  @Override
  public void close() {
    loop.close();
  }

  /** The same line for ever, at most a block at a time. */
  private static final class Repeated implements Transport {
    private final byte[] line;
    private int at;

    Repeated(byte[] line) {
      this.line = line;
    }

    @Override
    public int read(ByteBuffer target) {
      int count = Math.min(Math.min(target.remaining(), ScanBenchmark.BLOCK), line.length - at);
      target.put(line, at, count);
      at = (at + count) % line.length;
      return count;
    }

    @Override
    public void attach(ReadyHandler handler) {}

    @Override
    public void interest(int mask) {}

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException("nobody writes here");
    }

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {}

    @Override
    public @Nullable SocketAddress localAddress() {
      return null;
    }

    @Override
    public @Nullable SocketAddress remoteAddress() {
      return null;
    }
  }
}
