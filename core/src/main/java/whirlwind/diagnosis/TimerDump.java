// SPDX-License-Identifier: Apache-2.0
package whirlwind.diagnosis;

/**
 * One timer that is outstanding.
 *
 * @param deadline when it is due, in seconds of the loop's time
 * @param callback what it calls, in its own words
 */
public record TimerDump(double deadline, String callback) {}
