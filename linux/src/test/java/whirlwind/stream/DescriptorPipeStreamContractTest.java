// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import whirlwind.linux.NativePair;
import whirlwind.loop.IOLoop;
import whirlwind.testing.StreamContract;

/** Streams over the descriptors of a pipe, which go one way and know no reset. */
class DescriptorPipeStreamContractTest extends StreamContract {

  @Override
  protected Ends connect(IOLoop loop, StreamLimits reader, StreamLimits writer) {
    var pipe = NativePair.pipe();
    return new Ends(new PipeIOStream(pipe.near(), reader), new PipeIOStream(pipe.far(), writer));
  }

  @Override
  protected boolean isDuplex() {
    return false;
  }
}
