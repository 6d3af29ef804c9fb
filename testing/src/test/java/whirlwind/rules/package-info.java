// SPDX-License-Identifier: Apache-2.0

/**
 * The house rules, as tests: who may depend on whom, who may suspend, who may read a clock, and
 * which behaviours are proven.
 *
 * <p>Read {@link RulesTest} for the rules, {@link RulesSelfCheckTest} for the proof that each of
 * them finds a violation, and {@link BehaviourMapTest} for the map from behaviours to tests.
 */
@NullMarked
package whirlwind.rules;

import org.jspecify.annotations.NullMarked;
