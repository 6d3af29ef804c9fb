// SPDX-License-Identifier: Apache-2.0
package whirlwind.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that hands the loop a channel of the JDK. Native pollers cannot take one, as its
 * descriptor is a secret of the JDK's: left out where the suite runs on one of those.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("needs-channels")
public @interface NeedsChannels {}
