// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.nio.channels.Pipe;
import whirlwind.loop.IOLoop;
import whirlwind.testing.NeedsChannels;
import whirlwind.testing.StreamContract;

/** Streams over the pipes of the JDK, which go one way and know no reset. */
@NeedsChannels
class ChannelPipeStreamTest extends StreamContract {

  @Override
  protected Ends connect(IOLoop loop, StreamLimits reader, StreamLimits writer) throws IOException {
    var pipe = Pipe.open();
    return new Ends(new PipeIOStream(pipe.source(), reader), new PipeIOStream(pipe.sink(), writer));
  }

  @Override
  protected boolean isDuplex() {
    return false;
  }
}
