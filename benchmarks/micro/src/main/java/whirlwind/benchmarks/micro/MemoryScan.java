// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads every byte of an array once. */
record MemoryScan(byte[] line) implements ScanOperations {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  @Override
  public Object readLine() {
    long all = 0;
    for (int at = 0; at <= line.length - Long.BYTES; at += Long.BYTES) {
      all ^= (long) LONG.get(line, at);
    }
    return all;
  }

  @Override
  public void close() {}
}
