// SPDX-License-Identifier: Apache-2.0
package whirlwind.coroutine;

/**
 * A job that an executor runs on its bare thread, not inside a coroutine: it never waits, takes no
 * lock that a coroutine may hold, and calls no code of users, except by mounting the virtual thread
 * that this belongs to, see {@link Mountable}.
 */
public interface BareJob extends Runnable {}
