// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Records the log of each test, hands the {@link LogRecorder} to whichever method has such a
 * parameter, and fails a test that leaves a line of level WARNING or above unexpected. For plain
 * tests by {@code @ExtendWith(LogRecorderExtension.class)}; {@link LoopTest} includes it.
 */
public final class LogRecorderExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(LogRecorderExtension.class);

  /** For JUnit. */
  public LogRecorderExtension() {}

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(NAMESPACE).put(LogRecorder.class, new LogRecorder());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    try (var recorder = recorder(context)) {
      recorder.requireNothingUnexpected();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LogRecorder.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return recorder(context);
  }

  private static LogRecorder recorder(ExtensionContext context) {
    @Nullable LogRecorder recorder =
        context.getStore(NAMESPACE).get(LogRecorder.class, LogRecorder.class);
    if (recorder == null) {
      throw new IllegalStateException(
          "a LogRecorder is there only from before each test to after it");
    }
    return recorder;
  }
}
