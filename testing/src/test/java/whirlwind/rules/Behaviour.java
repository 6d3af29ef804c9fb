// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One numbered behaviour of the library: a test proves it, or it makes no sense here and a reason
 * says why.
 */
record Behaviour(String number, String title, @Nullable String reasonForNone) {
  static final Pattern NUMBER = Pattern.compile("[A-Z]{3}-[1-9][0-9]*");

  Behaviour {
    if (!NUMBER.matcher(number).matches()) {
      throw new IllegalArgumentException("number like STR-27 wanted, got " + number);
    }
    if (title.isBlank()) {
      throw new IllegalArgumentException("title of " + number + " wanted, got none");
    }
    if (reasonForNone != null && reasonForNone.isBlank()) {
      throw new IllegalArgumentException("reason why " + number + " is n/a wanted, got none");
    }
  }

  /** Reads {@code number, title, test} or {@code number, title, n/a, reason}, parted by tabs. */
  static Behaviour parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length == 3 && fields[2].equals("test")) {
      return new Behaviour(fields[0], fields[1], null);
    }
    if (fields.length == 4 && fields[2].equals("n/a")) {
      return new Behaviour(fields[0], fields[1], fields[3]);
    }
    throw new IllegalArgumentException(
        "number, title and test, or number, title, n/a and reason wanted, got " + line);
  }

  /** The section's name, as in STR. */
  String section() {
    return number.substring(0, number.indexOf('-'));
  }

  boolean wantsTest() {
    return reasonForNone == null;
  }
}
