// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import whirlwind.io.Interest;
import whirlwind.io.ReadyHandler;
import whirlwind.io.Transport;

/**
 * Two transports of one direction each as one of both, so that pipes can be put through {@link
 * TransportContract}.
 */
public final class DuplexTransport implements Transport {
  private final Transport in;
  private final Transport out;

  /** Reads from {@code in} and writes to {@code out}, and owns both. */
  public DuplexTransport(Transport in, Transport out) {
    this.in = Objects.requireNonNull(in, "in");
    this.out = Objects.requireNonNull(out, "out");
  }

  @Override
  public void attach(ReadyHandler handler) throws IOException {
    in.attach(handler);
    out.attach(handler);
  }

  @Override
  public void interest(int mask) {
    in.interest(mask & ~Interest.WRITE);
    out.interest(mask & ~Interest.READ);
  }

  @Override
  public int read(ByteBuffer dst) throws IOException {
    return in.read(dst);
  }

  @Override
  public int write(ByteBuffer src) throws IOException {
    return out.write(src);
  }

  @Override
  public long write(ByteBuffer[] srcs) throws IOException {
    return out.write(srcs);
  }

  @Override
  public void shutdownOutput() throws IOException {
    out.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    in.close();
    out.close();
  }

  @Override
  public String toString() {
    return "DuplexTransport[" + in + ", " + out + "]";
  }
}
