// SPDX-License-Identifier: Apache-2.0
package whirlwind.net;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import whirlwind.future.Future;
import whirlwind.io.Listener;
import whirlwind.loop.DrainReport;

/** Who serves the connections of a server: the server's own loop, or a crew of other loops. */
sealed interface Service permits Connections, Crew {

  /** Whether it can be given connections. */
  boolean isReady();

  /** Takes the next waiting connection; false when none waits. On the loop's bare thread. */
  boolean take(Listener listener) throws IOException;

  /** How many connections each loop has. */
  List<Integer> connectionsByLoop();

  /** How many connections there are. */
  int connections();

  /** Whether connections must wait until there is memory for them. Any thread. */
  boolean isShortOfMemory();

  /** How many connections ended before their handlers began. */
  long unserved();

  /** No more will be taken. */
  void finish();

  /** Cancels the handlers of all connections. */
  void cancel();

  /** After {@link #finish}: waits, then cancels, then closes; see {@link TCPServer#drain}. */
  Future<DrainReport> drain(Duration grace, Duration cleanUp);

  /** Completes when no more will be taken and all handlers have ended. */
  Future<@Nullable Void> ended();
}
