// SPDX-License-Identifier: Apache-2.0

/** Planted for {@code RulesSelfCheckTest}. */
@NullMarked
package whirlwind.rules.planted.net;

import org.jspecify.annotations.NullMarked;
