// SPDX-License-Identifier: Apache-2.0
package whirlwind.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import whirlwind.loop.IOLoop;
import whirlwind.management.LoopManagement;
import whirlwind.micrometer.LoopMetrics;
import whirlwind.testing.ManualClock;

/** What is there to be called: the public types of the exported packages, and their members. */
final class Api {
  /** What pages call a thing of a type of ours in code such as {@code stream.readUntil(...)}. */
  private static final Map<String, String> USUAL_NAMES =
      Map.ofEntries(
          Map.entry("stream", "SSLIOStream"),
          Map.entry("server", "TCPServer"),
          Map.entry("client", "TCPClient"),
          Map.entry("loop", "IOLoop"),
          Map.entry("future", "Future"),
          Map.entry("promise", "Promise"),
          Map.entry("task", "Task"),
          Map.entry("scope", "TaskScope"),
          Map.entry("queue", "Queue"),
          Map.entry("lock", "Lock"),
          Map.entry("event", "Event"),
          Map.entry("condition", "Condition"),
          Map.entry("semaphore", "Semaphore"),
          Map.entry("limiter", "CapacityLimiter"),
          Map.entry("clock", "ManualClock"),
          Map.entry("child", "Subprocess"));

  /** Where bare names of the JDK come from. */
  private static final List<String> JDK =
      List.of(
          "java.lang.",
          "java.io.",
          "java.net.",
          "java.nio.",
          "java.nio.channels.",
          "java.time.",
          "java.util.",
          "java.util.concurrent.",
          "java.util.concurrent.locks.",
          "java.util.function.",
          "java.util.regex.",
          "javax.net.ssl.",
          "java.net.http.");

  private final Map<String, Set<String>> membersByType = new TreeMap<>();
  private final Set<String> members = new HashSet<>();
  private final Set<String> inside;

  /**
   * @param inside types that are not for users, which pages for those who change the library name
   */
  Api(Set<String> inside) {
    this.inside = inside;
    Stream.of(IOLoop.class, ManualClock.class, LoopManagement.class, LoopMetrics.class)
        .forEach(this::addModuleOf);
    membersByType.values().forEach(members::addAll);
    Arrays.stream(Object.class.getMethods()).map(Member::getName).forEach(members::add);
  }

  private void addModuleOf(Class<?> type) {
    try {
      var where = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      ModuleFinder.of(where).findAll().forEach(this::addAll);
    } catch (URISyntaxException unusable) {
      throw new IllegalStateException(unusable);
    }
  }

  private void addAll(ModuleReference module) {
    var exported = new HashSet<String>();
    module.descriptor().exports().stream().map(Exports::source).forEach(exported::add);
    try (var reader = module.open();
        var names = reader.list()) {
      names
          .filter(name -> name.endsWith(".class") && name.contains("/"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .filter(name -> exported.contains(name.substring(0, name.lastIndexOf('.'))))
          .forEach(this::add);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void add(String name) {
    try {
      var type = Class.forName(name, false, Api.class.getClassLoader());
      if (Modifier.isPublic(type.getModifiers()) && !type.isAnonymousClass()) {
        var own = membersByType.computeIfAbsent(type.getSimpleName(), _ -> new HashSet<>());
        Stream.of(type.getMethods(), type.getFields(), type.getDeclaredMethods())
            .flatMap(Arrays::stream)
            .filter(member -> !Modifier.isPrivate(member.getModifiers()))
            .map(Member::getName)
            .forEach(own::add);
        Arrays.stream(type.getClasses()).map(Class::getSimpleName).forEach(own::add);
      }
    } catch (ClassNotFoundException | LinkageError unusable) {
      throw new IllegalStateException(name, unusable);
    }
  }

  boolean isOurs(String type) {
    return membersByType.containsKey(type);
  }

  boolean isKnown(String type) {
    return isOurs(type)
        || inside.contains(type)
        || JDK.stream().anyMatch(prefix -> isOfTheJdk(prefix + type));
  }

  private static boolean isOfTheJdk(String name) {
    try {
      Class.forName(name, false, ClassLoader.getPlatformClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError _) {
      return false;
    }
  }

  /** Whether any of our types has such a member. */
  boolean hasMember(String member) {
    return members.contains(member);
  }

  /**
   * The type of ours that is meant by a type's name or a usual name; the name itself if none is.
   */
  String typeOf(String receiver) {
    return USUAL_NAMES.getOrDefault(receiver, receiver);
  }

  boolean hasMember(String type, String member) {
    return membersByType.getOrDefault(type, Set.of()).contains(member);
  }
}
