// SPDX-License-Identifier: Apache-2.0
package whirlwind.linux;

import whirlwind.io.IoProvider;

/** The same, over io_uring, whose ring is three things to give back: a descriptor, two mappings. */
class UringHygieneTest extends EpollHygieneTest {

  @Override
  IoProvider provider() {
    return new UringProvider();
  }
}
