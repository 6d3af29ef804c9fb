// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import whirlwind.loop.IOLoop;
import whirlwind.testing.StreamContract;

/** Streams over TCP. */
class TcpStreamTest extends StreamContract {

  @Override
  protected Ends connect(IOLoop loop, StreamLimits reader, StreamLimits writer) throws IOException {
    var pair = StreamPair.tcp(loop, reader, writer);
    return new Ends(pair.near(), pair.far());
  }

  @Override
  protected Doomed doomed(IOLoop loop) throws IOException {
    var sockets = ConnectedSockets.tcp();
    return new Doomed(sockets.stream(), sockets::reset);
  }
}
