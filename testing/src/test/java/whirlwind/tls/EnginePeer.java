// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import whirlwind.future.Futures;
import whirlwind.io.Transport;

/**
 * The other side of a connection, worked by hand: the JDK's engine over a transport, for what no
 * stream of ours does, such as to renegotiate or to say things twice.
 */
final class EnginePeer {
  /** More turns than any step of a handshake needs. */
  private static final int TURNS = 50;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private final Transport transport;
  private final ByteBuffer records = ByteBuffer.allocate(1 << 17);
  private final ByteBuffer plaintext = ByteBuffer.allocate(1 << 17);

  EnginePeer(SSLEngine engine, Transport transport) {
    this.engine = engine;
    this.transport = transport;
  }

  static EnginePeer server(String version, Transport transport) {
    return new EnginePeer(Engines.of(TlsPair.SERVER.withVersions(version), null), transport);
  }

  static EnginePeer client(String version, Transport transport) {
    return new EnginePeer(Engines.of(TlsPair.CLIENT.withVersions(version), null, -1), transport);
  }

  SSLEngine engine() {
    return engine;
  }

  /** Goes on turn by turn, as long as the engine and the other side have something to say. */
  EnginePeer talk() throws IOException {
    for (int quiet = 0; quiet < TURNS; quiet++) {
      while (step()) {
        quiet = 0;
      }
      Futures.moment().await();
    }
    return this;
  }

  /** Sends what the engine has to say by itself, and takes in nothing. */
  void say() throws IOException {
    transport.write(wrapped(NOTHING));
  }

  /** Takes in what has come, and says nothing. */
  void listen() throws IOException {
    boolean goesOn = true;
    while (goesOn) {
      goesOn = unwrap();
    }
  }

  /** Sends {@code text} as one record. */
  void send(String text) throws IOException {
    transport.write(wrapped(ByteBuffer.wrap(text.getBytes(ISO_8859_1))));
  }

  /** {@code text} as a record that is not sent. */
  ByteBuffer wrapped(String text) throws IOException {
    return wrapped(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
  }

  private ByteBuffer wrapped(ByteBuffer source) throws IOException {
    var record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize() * 2);
    engine.wrap(source, record);
    return record.flip();
  }

  /** All that has come until now. */
  String received() throws IOException {
    talk();
    var text = ISO_8859_1.decode(plaintext.flip()).toString();
    plaintext.clear();
    return text;
  }

  /** Whether the other side has sent its close-notify. */
  boolean inputIsDone() {
    return engine.isInboundDone();
  }

  private boolean step() throws IOException {
    return switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> {
        engine.getDelegatedTask().run();
        yield true;
      }
      case NEED_WRAP -> {
        if (engine.isInboundDone()) {
          yield false; // there may be nobody any more to answer
        }
        var record = wrapped(NOTHING);
        boolean any = record.hasRemaining();
        transport.write(record);
        yield any;
      }
      default -> unwrap();
    };
  }

  private boolean unwrap() throws IOException {
    transport.read(records);
    records.flip();
    try {
      return engine.unwrap(records, plaintext).bytesConsumed() > 0;
    } finally {
      records.compact();
    }
  }
}
