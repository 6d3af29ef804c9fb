// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import io.netty.internal.tcnative.SSL;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;

/** Keys and certificates on their way to BoringSSL, which reads them as PEM (RFC 7468). */
final class Pem {
  private static final byte[] NEWLINE = {'\n'};

  private Pem() {}

  /** The native chain; to be freed by {@code SSL.freeX509Chain}. */
  static long parse(X509Certificate[] chain) throws GeneralSecurityException {
    var text = new ByteArrayOutputStream();
    for (X509Certificate certificate : chain) {
      text.writeBytes(block("CERTIFICATE", certificate.getEncoded()));
    }
    long bio = memory(text.toByteArray());
    try {
      return SSL.parseX509Chain(bio);
    } catch (Exception failure) {
      throw new GeneralSecurityException("certificate chain: " + failure.getMessage(), failure);
    } finally {
      SSL.freeBIO(bio);
    }
  }

  /** The native key; to be freed by {@code SSL.freePrivateKey}. */
  static long parse(PrivateKey key) throws GeneralSecurityException {
    byte[] encoded = key.getEncoded();
    if (encoded == null) {
      throw new InvalidKeyException(
          "private key: wanted one with an encoded form, got " + key.getClass().getName());
    }
    byte[] text = block("PRIVATE KEY", encoded);
    Arrays.fill(encoded, (byte) 0);
    long bio = memory(text);
    Arrays.fill(text, (byte) 0);
    try {
      return SSL.parsePrivateKey(bio, null);
    } catch (Exception failure) {
      throw new InvalidKeyException("private key: " + failure.getMessage(), failure);
    } finally {
      SSL.freeBIO(bio);
    }
  }

  private static byte[] block(String kind, byte[] content) {
    byte[] base64 = Base64.getMimeEncoder(64, NEWLINE).encode(content);
    byte[] begin = ("-----BEGIN " + kind + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] end = ("\n-----END " + kind + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] block =
        ByteBuffer.allocate(begin.length + base64.length + end.length)
            .put(begin)
            .put(base64)
            .put(end)
            .array();
    Arrays.fill(base64, (byte) 0);
    return block;
  }

  private static long memory(byte[] text) throws GeneralSecurityException {
    ByteBuffer direct = ByteBuffer.allocateDirect(text.length).put(text).flip();
    try {
      long bio = SSL.newMemBIO();
      SSL.bioWrite(bio, MemorySegment.ofBuffer(direct).address(), text.length);
      return bio;
    } catch (Exception failure) {
      throw new GeneralSecurityException(failure);
    } finally {
      direct.clear().put(new byte[text.length]);
    }
  }
}
