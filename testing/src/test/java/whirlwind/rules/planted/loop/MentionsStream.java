// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules.planted.loop;

import java.util.List;
import whirlwind.rules.planted.stream.ReadsTheClock;

/** Breaks the floors in a generic signature alone. */
interface MentionsStream {
  List<ReadsTheClock> streams();
}
