// SPDX-License-Identifier: Apache-2.0

/**
 * Hours of use in little time: connections of every kind come and go, and what is left of them is
 * counted. Read {@link whirlwind.soak.Soak}, then {@link whirlwind.soak.Visit}, which lists what a
 * client does to a server.
 */
@NullMarked
package whirlwind.soak;

import org.jspecify.annotations.NullMarked;
