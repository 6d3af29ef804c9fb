// SPDX-License-Identifier: Apache-2.0
package whirlwind.tls;

import javax.net.ssl.SSLException;

/**
 * The connection ended without the peer's close-notify: what was received may be the beginning of
 * more that somebody has cut off. For readers that must know whether they got everything.
 *
 * <p>Source: RFC 8446, section 6.1.
 */
public final class TlsTruncatedException extends SSLException {
  private static final long serialVersionUID = 1L;

  TlsTruncatedException(String message) {
    super(message);
  }
}
