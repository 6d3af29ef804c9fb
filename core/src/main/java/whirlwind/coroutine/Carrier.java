// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * How virtual threads are made to live on an executor's thread. One is chosen for the process, by
 * probing; all JDK internals stay behind this interface.
 */
public sealed interface Carrier permits LoopCarrier, BatonCarrier {

  /**
   * The system property that forces a carrier: {@code auto} (default), {@code loop}, {@code baton}.
   */
  String PROPERTY = "whirlwind.carrier";

  /** A new coroutine, not started. An empty name costs nothing. */
  Coroutine coroutine(Executor home, String name, Runnable body);

  /** Makes ordinary virtual threads on the JDK's own scheduler, also when called in a coroutine. */
  ThreadFactory threads();

  /** {@code loop} or {@code baton}. */
  String name();

  /**
   * Begins to find out which one can be used, on a thread of its own: at the start of a process
   * that takes a tenth of a second, in which who will need a carrier soon has other things to do.
   */
  static void prepare() {
    if (!wanted().equals("baton")) {
      LoopCarrier.beginProbe();
    }
  }

  private static String wanted() {
    return System.getProperty(PROPERTY, "auto");
  }

  /** The carrier of this process. */
  static Carrier chosen() {
    return Choice.CARRIER;
  }

  /** Chooses on first use: a class initialiser, so that every thread sees the same choice. */
  final class Choice {
    private static final System.Logger LOG = System.getLogger("whirlwind.coroutine");
    static final Carrier CARRIER = choose(wanted());

    private Choice() {}

    static Carrier choose(String wanted) {
      return switch (wanted) {
        case "baton" -> new BatonCarrier();
        case "loop" -> {
          switch (LoopCarrier.probe()) {
            case LoopCarrier.Probe.Usable(var carrier) -> {
              yield carrier;
            }
            case LoopCarrier.Probe.Unusable(var reason) ->
                throw new IllegalStateException(
                    PROPERTY
                        + "=loop was asked for, but "
                        + reason
                        + "; "
                        + LoopCarrier.HOW_TO_ENABLE);
          }
        }
        case "auto" -> {
          switch (LoopCarrier.probe()) {
            case LoopCarrier.Probe.Usable(var carrier) -> {
              LOG.log(Level.DEBUG, "coroutines run on the loop carrier");
              yield carrier;
            }
            case LoopCarrier.Probe.Unusable(var reason) -> {
              LOG.log(
                  Level.INFO,
                  "coroutines run on the baton carrier (slower switches, and a blocking call"
                      + " in a coroutine stops its loop) because "
                      + reason
                      + "; "
                      + LoopCarrier.HOW_TO_ENABLE);
              yield new BatonCarrier();
            }
          }
        }
        default ->
            throw new IllegalArgumentException(
                PROPERTY + ": wanted auto, loop or baton, got \"" + wanted + "\"");
      };
    }
  }
}
