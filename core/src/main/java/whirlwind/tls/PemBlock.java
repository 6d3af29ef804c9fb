// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One block of a PEM file (RFC 7468), whatever is around it.
 *
 * @param label what it says to be, such as {@code CERTIFICATE}
 * @param content empty if it is no plain Base64, as that of old encrypted keys, which have headers
 */
record PemBlock(String label, byte[] content) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /** All blocks of a file, in order. */
  static List<PemBlock> read(Path file) throws IOException {
    var text = Files.readString(file, StandardCharsets.ISO_8859_1);
    var blocks = new ArrayList<PemBlock>();
    var found = BLOCK.matcher(text);
    while (found.find()) {
      blocks.add(new PemBlock(found.group(1), decode(found.group(2))));
    }
    return blocks;
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
    } catch (IllegalArgumentException _) {
      return new byte[0];
    }
  }

  static String inWords(List<PemBlock> blocks) {
    return blocks.isEmpty()
        ? "no block of PEM"
        : blocks.stream().map(PemBlock::label).collect(Collectors.joining(", "));
  }
}
