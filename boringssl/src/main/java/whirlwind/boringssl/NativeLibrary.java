// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import io.netty.internal.tcnative.Library;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** BoringSSL, loaded when this class is; or why not. */
final class NativeLibrary {
  /** Why there is no BoringSSL here, in one line; null when there is. */
  static final @Nullable String UNAVAILABLE = tryToLoad();

  private NativeLibrary() {}

  private static @Nullable String tryToLoad() {
    Module here = NativeLibrary.class.getModule();
    // Asked first, as the JDK prints warnings for those who do not.
    if (!here.isNativeAccessEnabled()) {
      return "native access is disabled: start Java with --enable-native-access="
          + (here.isNamed() ? here.getName() : "ALL-UNNAMED");
    }
    String resource = resource(System.getProperty("os.name"), System.getProperty("os.arch"));
    try {
      if (!isLoadedAlready()) {
        load(resource);
      }
      return Library.initialize("provided", null) ? null : "BoringSSL did not initialise";
    } catch (Exception | LinkageError failure) {
      return "BoringSSL could not be loaded: " + failure.getMessage();
    }
  }

  /**
   * Whether Netty has loaded it: twice in one JVM would mix the state of both. The class binds no
   * native method before it is used, so the question does no harm when the answer is no.
   */
  private static boolean isLoadedAlready() throws Exception {
    try {
      return Library.initialize("provided", null);
    } catch (UnsatisfiedLinkError _) {
      return false;
    }
  }

  /** Where the library of a platform is on the class path. */
  static String resource(String osName, String osArch) {
    String name = osName.toLowerCase(Locale.ROOT);
    String os = name.startsWith("windows") ? "windows" : name.startsWith("mac") ? "osx" : "linux";
    String arch = osArch.equals("aarch64") ? "aarch_64" : osArch.replace("amd64", "x86_64");
    return switch (os) {
      case "windows" -> "META-INF/native/netty_tcnative_windows_" + arch + ".dll";
      case "osx" -> "META-INF/native/libnetty_tcnative_osx_" + arch + ".jnilib";
      default -> "META-INF/native/libnetty_tcnative_linux_" + arch + ".so";
    };
  }

  @SuppressWarnings("restricted") // native access was asked for first
  private static void load(String resource) throws IOException {
    ClassLoader loader = NativeLibrary.class.getClassLoader();
    try (InputStream in = loader.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(
            resource + " is not there: add netty-tcnative-boringssl-static for this platform");
      }
      // Its name says to the library what its classes are called: it must be kept.
      Path directory = Files.createTempDirectory("whirlwind");
      Path file = directory.resolve(resource.substring(resource.lastIndexOf('/') + 1));
      try {
        Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        System.load(file.toString());
      } finally {
        discard(file);
        discard(directory);
      }
    }
  }

  /** At once where a loaded library may be deleted, else at the end. */
  private static void discard(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException _) {
      path.toFile().deleteOnExit();
    }
  }
}
