// SPDX-License-Identifier: Apache-2.0
package whirlwind.io;

import java.io.Serial;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * The address of a Unix-domain socket that has a name in the kernel and no file, for servers and
 * clients on Linux: nothing is left behind when the socket closes, and no mode protects it.
 *
 * <p>A name is a number of bytes, any bytes; this class has no opinion on their meaning. The native
 * pollers take such an address, {@code nio} refuses it: a path of the JDK has no zero byte, and
 * with one such an address begins.
 *
 * <p>Source: unix(7), "abstract".
 */
public final class AbstractUnixAddress extends SocketAddress {
  /** The kernel's {@code sun_path} has 108 bytes, and the first one says "abstract". */
  private static final int MAX_BYTES = 107;

  @Serial private static final long serialVersionUID = 1L;

  /** The kernel compares all bytes: there is no terminator, and none is added. */
  private final byte[] name;

  private AbstractUnixAddress(byte[] name) {
    if (name.length < 1 || name.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "abstract name: wanted 1 to %d bytes, got %d".formatted(MAX_BYTES, name.length));
    }
    this.name = name;
  }

  /**
   * The address whose name is {@code name} in UTF-8, without the {@code @} that is only printed.
   */
  public static AbstractUnixAddress of(String name) {
    Objects.requireNonNull(name, "name");
    return new AbstractUnixAddress(name.getBytes(StandardCharsets.UTF_8));
  }

  /** The address with these bytes as its name, without the zero byte in front. */
  public static AbstractUnixAddress of(byte[] name) {
    Objects.requireNonNull(name, "name");
    return new AbstractUnixAddress(name.clone());
  }

  /** The bytes of the name, 1 to 107 of them, without the zero byte in front; a copy. */
  public byte[] name() {
    return name.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AbstractUnixAddress that && Arrays.equals(name, that.name);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(name);
  }

  /**
   * {@code @name}, as the tools of Linux print it; bytes that are no printable ASCII as {@code
   * \xNN}.
   */
  @Override
  public String toString() {
    var text = new StringBuilder("@");
    for (byte b : name) {
      if (b >= ' ' && b <= '~' && b != '\\') {
        text.append((char) b);
      } else {
        text.append("\\x%02x".formatted(b));
      }
    }
    return text.toString();
  }
}
