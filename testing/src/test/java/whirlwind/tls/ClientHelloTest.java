// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ClientHelloTest {

  @Test
  @Tag("TLS-7")
  void theNameIsReadAsSoonAsAllIsThereAndNotBefore() throws Exception {
    for (var version : TlsPair.VERSIONS) {
      byte[] hello = hello(version, "www.whirlwind.test");
      for (int length = 0; length < hello.length; length++) {
        assertThat(ClientHello.parse(ByteBuffer.wrap(hello, 0, length))).isNull();
      }
      assertThat(nameIn(hello)).isEqualTo("www.whirlwind.test");
      assertThat(nameIn(Arrays.copyOf(hello, hello.length + 100))).isEqualTo("www.whirlwind.test");
    }
  }

  @Test
  @Tag("TLS-7")
  void aHelloInSeveralRecordsIsPutTogether() throws Exception {
    byte[] whole = hello("TLSv1.3", "www.whirlwind.test");
    for (int size = 1; size < whole.length; size += 13) {
      byte[] split = inRecordsOf(size, whole);
      assertThat(nameIn(split)).isEqualTo("www.whirlwind.test");
      assertThat(ClientHello.parse(ByteBuffer.wrap(split, 0, split.length - 1))).isNull();
    }
  }

  @Test
  void nothingIsTakenFromTheBytes() throws Exception {
    var records = ByteBuffer.wrap(hello("TLSv1.3", "localhost"));
    ClientHello.parse(records);
    assertThat(records.position()).isZero();
  }

  @Test
  @Tag("TLS-14")
  void whatIsNoHelloAsksForNoName() {
    assertThat(nameIn("GET / HTTP/1.1\r\n".getBytes())).isNull();
    assertThat(nameIn(new byte[] {22, 3, 1, 0, 0})).as("an empty record").isNull();
    assertThat(nameIn(new byte[] {22, 3, 1, 0, 1, 2})).as("another message").isNull();
    assertThat(nameIn(new byte[] {22, 3, 1, (byte) 0xff, (byte) 0xff})).as("too long").isNull();
    assertThat(nameIn(new byte[] {22, 3, 1, 0, 4, 1, 0, 0, 0})).as("an empty hello").isNull();
    assertThat(ClientHello.parse(ByteBuffer.allocate(0))).isNull();
    assertThat(ClientHello.parse(ByteBuffer.wrap(new byte[] {22, 3}))).isNull();
  }

  @Test
  @Tag("TLS-14")
  void moreThanAnyHelloHasIsNotWaitedFor() {
    var crumbs = ByteBuffer.allocate(60_000);
    var message = ByteBuffer.allocate(10_000).put(new byte[] {1, 0, (byte) 0xb0, 0}).clear();
    while (message.hasRemaining()) {
      crumbs.put(new byte[] {22, 3, 1, 0, 1, message.get()});
    }
    assertThat(nameIn(crumbs.flip().array())).isNull();
  }

  private static String nameIn(byte[] records) {
    return Objects.requireNonNull(ClientHello.parse(ByteBuffer.wrap(records)), "more is needed")
        .serverName();
  }

  static byte[] hello(String version, String name) throws Exception {
    var engine = Engines.of(TlsPair.CLIENT.withServerName(name).withVersions(version), null, -1);
    engine.beginHandshake();
    var record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), record);
    return Arrays.copyOf(record.array(), record.position());
  }

  private static byte[] inRecordsOf(int size, byte[] record) {
    var message = ByteBuffer.wrap(record, 5, record.length - 5);
    var records = ByteBuffer.allocate(record.length * 6);
    while (message.hasRemaining()) {
      int count = Math.min(size, message.remaining());
      records.put(record, 0, 3).putShort((short) count);
      records.put(message.array(), message.position(), count);
      message.position(message.position() + count);
    }
    return Arrays.copyOf(records.array(), records.position());
  }
}
