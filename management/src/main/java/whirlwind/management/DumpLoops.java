// SPDX-License-Identifier: Apache-2.0
package whirlwind.management;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * A command that prints what the loops of another process of this machine and user are at:
 *
 * <pre>java -cp whirlwind-core.jar:whirlwind-management.jar whirlwind.management.DumpLoops PID
 * </pre>
 *
 * <p>It asks the JVM for a connector on the spot, as {@code jcmd PID ManagementAgent.start_local}
 * does, so that process needs no flags; but it must have called {@link LoopManagement#register()}.
 */
public final class DumpLoops {
  private static final String USAGE = "usage: DumpLoops PID [--json]";

  private DumpLoops() {}

  /** Prints the dump; exits with 1 and a reason when there is none to be had. */
  public static void main(String[] arguments) {
    boolean json = arguments.length == 2 && arguments[1].equals("--json");
    if (arguments.length != 1 && !json) {
      fail(USAGE);
    }
    try {
      System.out.println(dumpOf(arguments[0], json));
    } catch (IllegalStateException failure) {
      fail(failure.getMessage());
    }
  }

  private static void fail(String reason) {
    System.err.println(reason);
    System.exit(1);
  }

  /**
   * What the process says.
   *
   * @throws IllegalStateException when it cannot be asked, with the reason
   */
  static String dumpOf(String pid, boolean json) {
    try (var connector = JMXConnectorFactory.connect(new JMXServiceURL(agentOf(pid)))) {
      var operation = json ? "dumpJson" : "dump";
      var answer =
          connector
              .getMBeanServerConnection()
              .invoke(LoopManagement.name(), operation, new Object[0], new String[0]);
      return String.valueOf(answer);
    } catch (InstanceNotFoundException _) {
      throw new IllegalStateException(
          "process "
              + pid
              + ": wanted one that has called LoopManagement.register(), got one without "
              + LoopManagement.NAME);
    } catch (IOException | JMException failure) {
      throw new IllegalStateException("process " + pid + " does not answer: " + failure, failure);
    }
  }

  private static String agentOf(String pid) throws IOException {
    try {
      var process = VirtualMachine.attach(pid);
      try {
        return process.startLocalManagementAgent();
      } finally {
        process.detach();
      }
    } catch (AttachNotSupportedException refused) {
      throw new IllegalStateException(
          "process " + pid + ": wanted a JVM of this user, got " + refused.getMessage(), refused);
    }
  }
}
