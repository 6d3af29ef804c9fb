// SPDX-License-Identifier: Apache-2.0
package whirlwind.management;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import whirlwind.diagnosis.LoopDump;
import whirlwind.loop.IOLoop;

/**
 * Offers the loops of this process to JMX, under the name {@value #NAME}. For the first line of a
 * program that shall be looked into while it runs: it costs the start of the JDK's management, some
 * tens of milliseconds, and nothing after that until somebody asks.
 */
public final class LoopManagement implements LoopsMXBean {
  /** The bean's name. */
  public static final String NAME = "whirlwind:type=Loops";

  private static final LoopManagement INSTANCE = new LoopManagement();

  private LoopManagement() {}

  /** Offers them; harmless when they are offered already. Any thread. */
  public static synchronized void register() {
    var server = ManagementFactory.getPlatformMBeanServer();
    try {
      if (!server.isRegistered(name())) {
        server.registerMBean(INSTANCE, name());
      }
    } catch (JMException failure) {
      throw new IllegalStateException(NAME + " cannot be registered", failure);
    }
  }

  static ObjectName name() {
    try {
      return new ObjectName(NAME);
    } catch (MalformedObjectNameException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @Override
  public String dump() {
    return IOLoop.running().stream()
        .map(loop -> loop.dump().toString())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public String dumpJson() {
    return IOLoop.running().stream()
        .map(IOLoop::dump)
        .map(LoopDump::toJson)
        .collect(Collectors.joining(",", "[", "]"));
  }

  @Override
  public List<LoopFigures> getFigures() {
    return IOLoop.running().stream().map(LoopFigures::of).toList();
  }
}
