// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

import org.jspecify.annotations.Nullable;

/**
 * One stream, server or child that is open.
 *
 * @param resource in its own words
 * @param received how many bytes it holds that were received and not read
 * @param unsent how many bytes it holds that were written and not sent
 * @param memory how many bytes of memory it takes for these, and for those that are being encrypted
 * @param openedAt where it was opened; null unless the loop tracks resources
 */
public record ResourceDump(
    String resource, long received, long unsent, long memory, @Nullable String openedAt) {}
