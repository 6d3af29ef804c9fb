// SPDX-License-Identifier: Apache-2.0
package whirlwind.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.buffer.ReadBuffer;

class StreamExceptionTest {

  @Test
  @Tag("EXC-1")
  void closedHasAConstantMessageAndTheRealError() {
    var reset = new IOException("Connection reset");
    assertThat(new StreamClosedException(reset)).hasMessage("Stream is closed");
    assertThat(new StreamClosedException(reset).realError()).isSameAs(reset);
    assertThat(new StreamClosedException(reset).getCause()).isSameAs(reset);
    assertThat(new StreamClosedException(null)).hasMessage("Stream is closed");
    assertThat(new StreamClosedException(null).realError()).isNull();
  }

  @Test
  void closedCarriesWhatTheReadHadReceived() {
    var plain = new StreamClosedException(null);
    assertThat(plain.bytesTransferred()).isZero();
    assertThat(plain.partial()).isEmpty();

    var cut = StreamClosedException.withPartial(new IOException("reset"), new byte[] {1, 2, 3});
    assertThat(cut.partial()).containsExactly(1, 2, 3);
    assertThat(cut.bytesTransferred()).isEqualTo(3);
    assertThat(cut.realError()).hasMessage("reset");

    var into = StreamClosedException.withTransferred(null, 7);
    assertThat(into.bytesTransferred()).isEqualTo(7);
    assertThat(into.partial()).isEmpty();
  }

  @Test
  void fullBuffersOfBothKindsSayByHowMuch() {
    StreamException write = StreamBufferFullException.ofWrite(10, 20, 25);
    assertThat(write)
        .hasMessage(
            "write buffer full: 10 bytes waiting, 20 more wanted, maxWriteBufferSize is 25");

    var in = new ReadBuffer();
    in.append(ByteBuffer.allocate(30));
    var read = StreamBufferFullException.ofRead(new ReadRequest.Exactly(200), in, 100);
    assertThat(read)
        .hasMessage(
            "read buffer full: readBytes(200 bytes) needs 170 bytes more than the 30 bytes"
                + " buffered, maxBufferSize is 100");
    assertThat(read.buffered()).isEqualTo(30);
    assertThat(read.wanted()).isEqualTo(170);
    assertThat(read.limit()).isEqualTo(100);

    var endless = StreamBufferFullException.ofRead(new ReadRequest.UntilClose(), in, 30);
    assertThat(endless).hasMessageContaining("readUntilClose() needs some more than the 30 bytes");
    assertThat(endless.wanted()).isEqualTo(1);
  }
}
