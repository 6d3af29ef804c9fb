// SPDX-License-Identifier: Apache-2.0
package whirlwind.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import whirlwind.io.Interest;
import whirlwind.linux.NativePair;

/** Handlers for descriptors by their numbers. */
class DescriptorHandlersTest extends HandlersContract {

  private record WatchedDescriptor(NativePair pair) implements Watched {

    @Override
    public void add(IOLoop loop, int events, Handler handler) {
      loop.addHandler(
          pair.near(),
          events,
          (fd, ready) -> {
            if (fd != pair.near()) {
              throw new AssertionError("wanted " + pair.near() + ", got " + fd);
            }
            handler.handle(this, ready);
          });
    }

    @Override
    public void update(IOLoop loop, int events) {
      loop.updateHandler(pair.near(), events);
    }

    @Override
    public void remove(IOLoop loop) {
      loop.removeHandler(pair.near());
    }

    @Override
    public void send() {
      pair.send();
    }

    @Override
    public void read() {
      pair.read();
    }

    @Override
    public void hangUp() {
      pair.closeFar();
    }

    @Override
    public void reset() {
      pair.write();
      pair.closeFar();
    }

    @Override
    public void close() {
      pair.close();
    }
  }

  @Override
  Watched openPipe() {
    return new WatchedDescriptor(NativePair.pipe());
  }

  @Override
  Watched openSocket() {
    return new WatchedDescriptor(NativePair.sockets());
  }

  @Test
  @Tag("IOL-61")
  void closeClosesRegisteredDescriptorsOnlyIfAsked() {
    for (boolean asked : new boolean[] {false, true}) {
      try (var pipe = NativePair.pipe()) {
        var loop = new IOLoop(LoopOptions.defaults().withMakeCurrent(MakeCurrent.NEVER));
        loop.addHandler(pipe.near(), Interest.READ, (_, _) -> {});
        loop.close(asked);
        assertThat(pipe.nearIsOpen()).isEqualTo(!asked);
        if (asked) {
          pipe.nearWasClosed();
        }
      }
    }
  }
}
