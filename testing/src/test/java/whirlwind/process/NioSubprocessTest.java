// SPDX-License-Identifier: Apache-2.0
package whirlwind.process;

import whirlwind.io.NioProvider;
import whirlwind.testing.SubprocessContract;

class NioSubprocessTest extends SubprocessContract {

  NioSubprocessTest() {
    super(new NioProvider());
  }
}
