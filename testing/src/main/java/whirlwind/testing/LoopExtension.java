// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.lang.reflect.Method;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;
import whirlwind.loop.IOLoop;

/** What {@link LoopTest} asks JUnit to do; the work is {@link LoopRun}'s. */
final class LoopExtension
    implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(LoopExtension.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    var method = context.getRequiredTestMethod();
    var wanted = AnnotationSupport.findAnnotation(method, LoopTest.class).orElseThrow();
    context
        .getStore(NAMESPACE)
        .put(LoopRun.class, new LoopRun(method.getName(), wanted.clock(), wanted.limitSeconds()));
  }

  @Override
  public void interceptTestMethod(
      Invocation<@Nullable Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    run(context).inCoroutine(invocation::proceed);
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    run(context).finish();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    return type == IOLoop.class || type == ManualClock.class && run(context).clock() != null;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var run = run(context);
    return parameter.getParameter().getType() == IOLoop.class
        ? run.loop()
        : Objects.requireNonNull(run.clock(), "supported only under a manual clock");
  }

  private static LoopRun run(ExtensionContext context) {
    @Nullable LoopRun run = context.getStore(NAMESPACE).get(LoopRun.class, LoopRun.class);
    return Objects.requireNonNull(run, "a loop is there only from before each test to after it");
  }
}
