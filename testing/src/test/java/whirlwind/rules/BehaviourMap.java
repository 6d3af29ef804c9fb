// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** The behaviours that the library promises, held against the tests that quote them. */
record BehaviourMap(List<Behaviour> behaviours, TaggedTests tests) {
  private static final Map<String, String> SECTIONS =
      Map.ofEntries(
          Map.entry("CON", "Constants and types"),
          Map.entry("EXC", "Exceptions"),
          Map.entry("IOL", "The loop"),
          Map.entry("PER", "Periodic callbacks"),
          Map.entry("STR", "Streams"),
          Map.entry("SOC", "Connecting"),
          Map.entry("TLS", "TLS streams"),
          Map.entry("PIP", "Pipes"),
          Map.entry("LCK", "Locks"),
          Map.entry("CND", "Conditions"),
          Map.entry("EVT", "Events"),
          Map.entry("SEM", "Semaphores"),
          Map.entry("QUE", "Queues"),
          Map.entry("FUT", "Futures"),
          Map.entry("GEN", "Coroutines"),
          Map.entry("SEL", "Waiting for several things"),
          Map.entry("LIM", "Capacity limiters"),
          Map.entry("BRC", "Broadcasts"),
          Map.entry("WAI", "Waits"),
          Map.entry("DIA", "Seeing inside"));

  BehaviourMap {
    behaviours = List.copyOf(behaviours);
    var seen = new TreeSet<String>();
    for (Behaviour behaviour : behaviours) {
      if (!seen.add(behaviour.number())) {
        throw new IllegalArgumentException(behaviour.number() + " wanted once, got it twice");
      }
      if (!SECTIONS.containsKey(behaviour.section())) {
        throw new IllegalArgumentException("section without a title: " + behaviour.section());
      }
    }
  }

  /** The numbers that want a test and have none, in the order of the list. */
  List<String> unproven() {
    return behaviours.stream()
        .filter(behaviour -> behaviour.wantsTest() && tests.of(behaviour.number()).isEmpty())
        .map(behaviour -> behaviour.number() + " " + behaviour.title())
        .toList();
  }

  /** The numbers that are said to make no sense, and are tested. */
  List<String> provenInSpiteOfReason() {
    return behaviours.stream()
        .filter(behaviour -> !behaviour.wantsTest() && !tests.of(behaviour.number()).isEmpty())
        .map(behaviour -> behaviour.number() + " by " + tests.of(behaviour.number()))
        .toList();
  }

  /** The quoted numbers that the list does not have. */
  SortedSet<String> unknown() {
    Set<String> known = behaviours.stream().map(Behaviour::number).collect(toSet());
    var unknown = new TreeSet<String>(tests.numbers());
    unknown.removeAll(known);
    return unknown;
  }

  /** The page that readers see. */
  String toMarkdown() {
    var page = new StringBuilder();
    page.append("# Behaviours\n\n");
    page.append("What Whirlwind promises, number by number, and the tests that prove it.\n");
    page.append("Generated from `behaviours.tsv` and the tests' tags: do not edit.\n");
    String section = "";
    for (Behaviour behaviour : behaviours) {
      if (!behaviour.section().equals(section)) {
        section = behaviour.section();
        page.append("\n## ").append(SECTIONS.get(section)).append(" (").append(section);
        page.append(")\n\n| number | behaviour | tests |\n|---|---|---|\n");
      }
      page.append("| ").append(behaviour.number()).append(" | ").append(behaviour.title());
      page.append(" | ").append(proof(behaviour)).append(" |\n");
    }
    return page.toString();
  }

  private String proof(Behaviour behaviour) {
    List<String> names = tests.of(behaviour.number());
    if (!names.isEmpty()) {
      return names.stream().map(name -> "`" + name + "`").collect(joining("<br>"));
    }
    return behaviour.wantsTest() ? "none yet" : "n/a: " + behaviour.reasonForNone();
  }
}
