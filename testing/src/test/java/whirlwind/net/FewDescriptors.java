// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import whirlwind.future.Promise;
import whirlwind.loop.IOLoop;

/**
 * The program of {@link TCPServerDescriptorsTest}. It prints its port, serves one connection at a
 * time and lets all others wait, until its log says something, which it prints; the first line of
 * its input makes it serve them all, and the end of its input ends it.
 */
final class FewDescriptors {
  /** So that it is not collected with its handler. */
  private static final Logger LOG = Logger.getLogger("whirlwind.net");

  private FewDescriptors() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    IOLoop.run(
        () -> {
          var open = new Promise<String>();
          var server = new TCPServer[1];
          server[0] =
              new TCPServer(
                  (stream, _) -> {
                    if (server[0].connections() > 1) {
                      open.await();
                    }
                    stream.write(stream.readBytes(1).await()).await();
                    stream.readUntilClose().await();
                  });
          var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
          LOG.addHandler(new Printer());
          System.out.println(((InetSocketAddress) server[0].listen(here)).getPort());

          var loop = IOLoop.current();
          int go = loop.runInExecutor(System.in::read).await();
          open.setResult("go on, " + go);
          loop.runInExecutor(System.in::readAllBytes).await();
          server[0].close();
          return server[0].closed().await();
        });
  }

  private static final class Printer extends Handler {
    @Override
    public void publish(LogRecord line) {
      System.out.println(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
