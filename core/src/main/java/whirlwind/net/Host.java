// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a caller names as a host, checked: an address, or a name that has to be looked up.
 *
 * <p>Addresses are recognised by their last part, as in URLs: what ends in a number is never a
 * name. Four decimal numbers are an IPv4 address; shorter, octal and hexadecimal forms, which some
 * systems read and others do not, are refused.
 *
 * <p>Source: RFC 1123 section 2.1, RFC 4291 section 2.2, RFC 4007 section 11 (zones), RFC 6943
 * section 3.1.1 (ambiguous forms).
 */
sealed interface Host {
  /** Without the final dot. */
  int MAX_NAME_LENGTH = 253;

  Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*\\.?");
  Pattern ENDS_IN_NUMBER = Pattern.compile("(^|\\.)([0-9]+|0[xX][0-9A-Fa-f]*)\\.?$");
  Pattern IPV4 = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

  /** An address, of which nothing has to be looked up. */
  record Literal(InetAddress address) implements Host {
    @Override
    public String toString() {
      return address.getHostAddress();
    }
  }

  /** A name in lower case; a final dot, which keeps search domains away, is kept. */
  record Name(String name) implements Host {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Reads {@code text}; an IPv6 address may be in brackets and may have a zone.
   *
   * @throws IllegalArgumentException when it is neither an address nor a name
   */
  static Host of(String text) {
    Objects.requireNonNull(text, "host");
    if (text.indexOf(':') >= 0) {
      return new Literal(ipv6(text));
    }
    if (ENDS_IN_NUMBER.matcher(text).find()) {
      return new Literal(ipv4(text));
    }
    return new Name(name(text));
  }

  private static String name(String text) {
    int length = text.endsWith(".") ? text.length() - 1 : text.length();
    if (length > MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(
          "host: wanted at most %d characters, got %d".formatted(MAX_NAME_LENGTH, length));
    }
    if (!NAME.matcher(text).matches()) {
      throw wanted(
          "an address, or a name of ASCII letters, digits, '-' and '_' with 1 to 63 of them"
              + " between dots (see java.net.IDN for other alphabets)",
          text);
    }
    return text.toLowerCase(Locale.ROOT);
  }

  private static InetAddress ipv4(String text) {
    if (IPV4.matcher(text).matches()) {
      try {
        return InetAddress.ofLiteral(text);
      } catch (IllegalArgumentException _) {
        // one of the numbers is above 255
      }
    }
    throw wanted("an IPv4 address of four decimal numbers from 0 to 255", text);
  }

  private static InetAddress ipv6(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    var bare = bracketed ? text.substring(1, text.length() - 1) : text;
    int percent = bare.indexOf('%');
    try {
      if (bare.startsWith("[")) { // the JDK's parser takes brackets, too
        throw new IllegalArgumentException("brackets within brackets");
      }
      return percent < 0
          ? InetAddress.ofLiteral(bare)
          : inZone(bare.substring(0, percent), bare.substring(percent + 1));
    } catch (IOException | IllegalArgumentException cause) {
      var failure = wanted("an IPv6 address, with a zone of this machine if any", text);
      failure.initCause(cause);
      throw failure;
    }
  }

  /** The JDK's own parser knows the name of an interface only if that has such an address. */
  private static InetAddress inZone(String digits, String zone) throws IOException {
    var address = InetAddress.ofLiteral(digits).getAddress();
    return Inet6Address.getByAddress(null, address, indexOf(zone));
  }

  private static int indexOf(String zone) throws IOException {
    if (zone.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Integer.parseInt(zone);
    }
    var found = NetworkInterface.getByName(zone);
    if (found == null) {
      throw new IllegalArgumentException("there is no network interface \"" + zone + "\"");
    }
    return found.getIndex();
  }

  private static IllegalArgumentException wanted(String what, String got) {
    return new IllegalArgumentException("host: wanted " + what + ", got \"" + got + "\"");
  }
}
