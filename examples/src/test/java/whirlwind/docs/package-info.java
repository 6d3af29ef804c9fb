// SPDX-License-Identifier: Apache-2.0

/**
 * Checks the documentation: {@link whirlwind.docs.DocsTest} is where to begin, {@link
 * whirlwind.docs.DocsCheckTest} shows that it finds what is wrong.
 */
@NullMarked
package whirlwind.docs;

import org.jspecify.annotations.NullMarked;
