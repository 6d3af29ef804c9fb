// SPDX-License-Identifier: Apache-2.0
package whirlwind.rules;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The structure rules, over compiled classes. Each answers with the violations it found, in words.
 *
 * <p>Packages are called by their name below the root ({@code loop}), classes by package and
 * top-level name ({@code loop.IOLoop}), so that the same rules read real and planted classes.
 */
final class HouseRules {
  private final String root;
  private final List<ClassModel> classes;
  private final Pattern reference;

  /** Rules over the classes whose names start with {@code root}, as in {@code "whirlwind/"}. */
  HouseRules(String root, List<ClassModel> classes) {
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("classes below " + root + " wanted, none found");
    }
    this.root = root;
    this.classes = List.copyOf(classes);
    // In descriptors, signatures and class references alike: the root, a package, a type.
    this.reference = Pattern.compile(root + "([a-z/]+)/[A-Z]");
  }

  /** Which package mentions which others, annotations and generic signatures included. */
  SortedMap<String, SortedSet<String>> packageEdges() {
    var edges = new TreeMap<String, SortedSet<String>>();
    for (ClassModel type : classes) {
      String from = packageOf(nameOf(type));
      SortedSet<String> targets = edges.computeIfAbsent(from, _ -> new TreeSet<>());
      for (var entry : type.constantPool()) {
        if (entry instanceof Utf8Entry text) {
          Matcher matcher = reference.matcher(text.stringValue());
          while (matcher.find()) {
            targets.add(matcher.group(1));
          }
        }
      }
      targets.remove(from);
    }
    return edges;
  }

  /** Every package that can be reached from itself, with the way round. */
  SortedSet<String> packageCycles() {
    var cycles = new TreeSet<String>();
    var edges = packageEdges();
    for (String start : edges.keySet()) {
      List<String> way = wayBack(start, start, edges, new HashSet<>());
      if (!way.isEmpty()) {
        cycles.add(String.join(" -> ", way));
      }
    }
    return cycles;
  }

  private static List<String> wayBack(
      String at, String home, SortedMap<String, SortedSet<String>> edges, Set<String> seen) {
    seen.add(at);
    for (String next : edges.getOrDefault(at, new TreeSet<>())) {
      if (next.equals(home)) {
        return List.of(at, home);
      }
      if (!seen.contains(next)) {
        List<String> rest = wayBack(next, home, edges, seen);
        if (!rest.isEmpty()) {
          var way = new ArrayList<String>();
          way.add(at);
          way.addAll(rest);
          return way;
        }
      }
    }
    return List.of();
  }

  /** Packages without a floor, and dependencies that their floor does not allow. */
  SortedSet<String> floorViolations(Map<String, Set<String>> allowed) {
    var violations = new TreeSet<String>();
    packageEdges()
        .forEach(
            (from, targets) -> {
              Set<String> below = allowed.get(from);
              if (below == null) {
                violations.add(from + " has no floor");
                return;
              }
              for (String target : targets) {
                if (!below.contains(target)) {
                  violations.add(from + " -> " + target);
                }
              }
            });
    return violations;
  }

  /** The methods that call or refer to {@code owner.name}, in classes that may not. */
  SortedSet<String> callersOf(String owner, String name, Predicate<String> mayCall) {
    var callers = new TreeSet<String>();
    for (ClassModel type : classes) {
      String caller = nameOf(type);
      if (mayCall.test(caller)) {
        continue;
      }
      for (MethodModel method : type.methods()) {
        boolean calls =
            method.code().stream()
                .flatMap(code -> code.elementStream())
                .anyMatch(element -> calls(element, owner, name));
        if (calls) {
          callers.add(
              caller + "#" + method.methodName().stringValue() + " -> " + owner + "." + name);
        }
      }
    }
    return callers;
  }

  private static boolean calls(CodeElement element, String owner, String name) {
    return switch (element) {
      case InvokeInstruction call ->
          call.owner().asInternalName().equals(owner) && call.name().equalsString(name);
      // A method reference: the target is an argument of the bootstrap method.
      case InvokeDynamicInstruction call ->
          call.bootstrapArgs().stream()
              .anyMatch(
                  argument ->
                      argument instanceof DirectMethodHandleDesc target
                          && target.owner().equals(ClassDesc.ofInternalName(owner))
                          && target.methodName().equals(name));
      default -> false;
    };
  }

  /** Public top-level types of packages that are not {@code @NullMarked}. */
  SortedSet<String> publicTypesWithoutNullMarked() {
    var marked = new TreeSet<String>();
    var open = new TreeSet<String>();
    for (ClassModel type : classes) {
      String name = type.thisClass().asInternalName();
      if (name.endsWith("/package-info")) {
        if (isNullMarked(type)) {
          marked.add(packageOf(nameOf(type)));
        }
      } else if (!name.contains("$") && type.flags().has(AccessFlag.PUBLIC)) {
        open.add(nameOf(type));
      }
    }
    open.removeIf(type -> marked.contains(packageOf(type)));
    return open;
  }

  private static boolean isNullMarked(ClassModel packageInfo) {
    return packageInfo.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
        .flatMap(attribute -> attribute.annotations().stream())
        .anyMatch(
            annotation ->
                annotation.className().equalsString("Lorg/jspecify/annotations/NullMarked;"));
  }

  /** Dotted, below the root, nested types under the name of the file that they live in. */
  private String nameOf(ClassModel type) {
    String name = type.thisClass().asInternalName().substring(root.length());
    int nested = name.indexOf('$');
    return (nested < 0 ? name : name.substring(0, nested)).replace('/', '.');
  }

  private static String packageOf(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }
}
