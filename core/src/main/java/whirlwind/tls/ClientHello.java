// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a client says first, as far as a server has to know it before it can choose an engine. A
 * pure function of the bytes: it takes nothing, as the engine reads them again. Whatever is wrong
 * with them is the engine's to find: here they ask for no name.
 *
 * <p>Source: RFC 8446, section 4.1.2, and RFC 6066, section 3.
 *
 * @param serverName the name asked for, in lower case; null if none
 */
record ClientHello(@Nullable String serverName) {
  private static final ClientHello NAMELESS = new ClientHello(null);

  private static final int RECORD_HEADER = 5;
  private static final int HANDSHAKE_RECORD = 22;
  private static final int MESSAGE_HEADER = 4;
  private static final int CLIENT_HELLO = 1;
  private static final int VERSION_AND_RANDOM = 2 + 32;
  private static final int SERVER_NAME = 0;
  private static final int HOST_NAME = 0;

  /**
   * Longer ones are not looked into, with the headers of the records that they come in: the engine
   * will hardly take them either, and who collects them must know when to stop.
   */
  private static final int LONGEST = 48 * 1024;

  /**
   * Reads the message at the beginning of {@code records}, over as many records as it takes.
   *
   * @return null when more bytes are needed to tell
   */
  static @Nullable ClientHello parse(ByteBuffer records) {
    var in = records.duplicate();
    var message = ByteBuffer.allocate(Math.min(in.remaining(), LONGEST));
    while (true) {
      if (isComplete(message)) {
        return serverNameIn(message.flip());
      }
      if (in.remaining() > 0 && in.get(in.position()) != HANDSHAKE_RECORD) {
        return NAMELESS;
      }
      if (in.remaining() < RECORD_HEADER) {
        return incomplete(records);
      }
      int length = in.getShort(in.position() + 3) & 0xffff;
      if (length == 0 || message.position() + length > LONGEST) {
        return NAMELESS;
      }
      if (in.remaining() < RECORD_HEADER + length) {
        return incomplete(records);
      }
      message.put(in.slice(in.position() + RECORD_HEADER, length));
      in.position(in.position() + RECORD_HEADER + length);
    }
  }

  private static @Nullable ClientHello incomplete(ByteBuffer records) {
    return records.remaining() < LONGEST ? null : NAMELESS;
  }

  private static boolean isComplete(ByteBuffer message) {
    if (message.position() == 0) {
      return false;
    }
    if (message.get(0) != CLIENT_HELLO) {
      return true; // whatever it is, it will not become one
    }
    return message.position() >= MESSAGE_HEADER
        && message.position() >= MESSAGE_HEADER + (message.getInt(0) & 0xffffff);
  }

  private static ClientHello serverNameIn(ByteBuffer message) {
    try {
      if (message.getInt() >>> 24 != CLIENT_HELLO) {
        return NAMELESS;
      }
      skip(message, VERSION_AND_RANDOM);
      skip(message, message.get() & 0xff); // session
      skip(message, message.getShort() & 0xffff); // cipher suites
      skip(message, message.get() & 0xff); // compression
      var extensions = take(message, message.getShort() & 0xffff);
      while (extensions.hasRemaining()) {
        int type = extensions.getShort() & 0xffff;
        var content = take(extensions, extensions.getShort() & 0xffff);
        if (type == SERVER_NAME) {
          return hostNameIn(take(content, content.getShort() & 0xffff));
        }
      }
      return NAMELESS;
    } catch (BufferUnderflowException | IllegalArgumentException _) {
      return NAMELESS;
    }
  }

  private static ClientHello hostNameIn(ByteBuffer names) {
    while (names.hasRemaining()) {
      int type = names.get();
      var name = take(names, names.getShort() & 0xffff);
      if (type == HOST_NAME) {
        var text = StandardCharsets.US_ASCII.decode(name).toString().toLowerCase(Locale.ROOT);
        return text.isEmpty() ? NAMELESS : new ClientHello(text);
      }
    }
    return NAMELESS;
  }

  private static ByteBuffer take(ByteBuffer from, int count) {
    if (count > from.remaining()) {
      throw new BufferUnderflowException();
    }
    var taken = from.slice(from.position(), count);
    from.position(from.position() + count);
    return taken;
  }

  private static void skip(ByteBuffer in, int count) {
    take(in, count);
  }
}
