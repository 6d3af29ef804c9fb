// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import whirlwind.loop.IOLoop;
import whirlwind.testing.StreamContract;

/** Streams over Unix-domain sockets, which end cleanly whatever happens. */
class UnixStreamTest extends StreamContract {
  @TempDir private Path directory;

  @Override
  protected Ends connect(IOLoop loop, StreamLimits reader, StreamLimits writer) throws IOException {
    var pair = StreamPair.unix(loop, directory, reader, writer);
    return new Ends(pair.near(), pair.far());
  }
}
