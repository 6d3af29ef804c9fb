// SPDX-License-Identifier: Apache-2.0
package whirlwind.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import whirlwind.stream.IOStream;

/** Somebody at the other end of a connection. */
final class Guest {
  final IOStream stream;

  Guest(IOStream stream) {
    this.stream = stream;
  }

  void says(String line) {
    stream.write(line + "\n").await();
  }

  void sends(int... bytes) {
    var array = new byte[bytes.length];
    for (int i = 0; i < array.length; i++) {
      array[i] = (byte) bytes[i];
    }
    stream.write(array).await();
  }

  /** The next line. */
  String line() {
    var line = new String(stream.readUntil("\n").await(), StandardCharsets.UTF_8);
    return line.substring(0, line.length() - 1);
  }

  /** The next lines are these. */
  void hears(String... lines) {
    for (var line : lines) {
      assertThat(line()).isEqualTo(line);
    }
  }

  /** All lines up to the first that matches. */
  List<String> hearsUntil(String regex) {
    var heard = new ArrayList<String>();
    do {
      heard.add(line());
    } while (!heard.getLast().matches(regex));
    return heard;
  }

  /** All lines there are until the server hangs up. */
  List<String> hearsToTheEnd() {
    var rest = new String(stream.readUntilClose().await(), StandardCharsets.UTF_8);
    return rest.lines().toList();
  }

  void isSentAwayWith(String lastLine) {
    assertThat(hearsToTheEnd()).containsExactly(lastLine);
  }
}
