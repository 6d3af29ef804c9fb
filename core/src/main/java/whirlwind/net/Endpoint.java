// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

/** Where somebody wants to go: a host and a port of it. */
record Endpoint(Host host, int port) {
  private static final int MAX_PORT = 65_535;

  Endpoint {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port: wanted 0 to %d, got %d".formatted(MAX_PORT, port));
    }
  }

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException when they cannot be a host and a port
   */
  static Endpoint of(String host, int port) {
    return new Endpoint(Host.of(host), port);
  }

  @Override
  public String toString() {
    var text = host.toString();
    return (text.indexOf(':') < 0 ? text : "[" + text + "]") + ":" + port;
  }
}
