// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks.micro;

/** What is measured of a read up to a delimiter, once for every peer. */
interface ScanOperations extends AutoCloseable {

  /** Reads the line, which arrives block by block, and returns what the reader gets. */
  Object readLine() throws Exception;

  @Override
  void close();
}
