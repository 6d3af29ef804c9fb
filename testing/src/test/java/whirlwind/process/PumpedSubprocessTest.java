// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import whirlwind.testing.SubprocessContract;

/** As on systems where a provider cannot open pipes for children. */
class PumpedSubprocessTest extends SubprocessContract {

  PumpedSubprocessTest() {
    super(new NoChildPipes());
  }
}
