// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

/**
 * A job that an executor must run on its bare thread, not inside a coroutine: it mounts a virtual
 * thread there and returns when that thread suspends or ends.
 *
 * <p>The distinction matters because the JDK refuses to mount one virtual thread on another.
 */
public sealed interface Mountable extends BareJob permits Coroutine, InheritedContinuation {}
