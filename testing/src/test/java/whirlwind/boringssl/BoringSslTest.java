// SPDX-License-Identifier: Apache-2.0
package whirlwind.boringssl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import whirlwind.testing.TestCertificates;

/** Where there is BoringSSL, and what its engines refuse to be told. */
class BoringSslTest {
  private static final String[] NONE = {};

  @Test
  void isAvailableHere() {
    assertThat(BoringSsl.unavailableBecause()).isEmpty();
    assertThat(BoringSsl.isAvailable()).isTrue();
  }

  /** What the test below runs in a JVM of its own. */
  static final class WithoutNativeAccess {
    public static void main(String[] unused) {
      System.out.print(BoringSsl.unavailableBecause().orElse("available"));
    }
  }

  @Test
  void withoutNativeAccessItSaysSoAndTheJdkPrintsNoWarning()
      throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path = System.getProperty("java.class.path");
    var process =
        new ProcessBuilder(java, "-cp", path, WithoutNativeAccess.class.getName())
            .redirectErrorStream(true)
            .start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    assertThat(output)
        .isEqualTo("native access is disabled: start Java with --enable-native-access=ALL-UNNAMED");
  }

  @Test
  void librariesAreNamedAsTheirJarsHaveThem() {
    assertThat(NativeLibrary.resource("Linux", "amd64"))
        .isEqualTo("META-INF/native/libnetty_tcnative_linux_x86_64.so");
    assertThat(NativeLibrary.resource("Mac OS X", "aarch64"))
        .isEqualTo("META-INF/native/libnetty_tcnative_osx_aarch_64.jnilib");
    assertThat(NativeLibrary.resource("Windows 11", "amd64"))
        .isEqualTo("META-INF/native/netty_tcnative_windows_x86_64.dll");
  }

  @Test
  void whatCannotBeHonouredIsRefused() {
    var engine = BoringSsl.context(null, TestCertificates.trustManagers()).createSSLEngine();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> engine.setEnabledProtocols(new String[] {"TLSv1.1"}))
        .withMessageContaining("TLSv1.1");
    assertThatIllegalArgumentException().isThrownBy(() -> engine.setEnabledProtocols(NONE));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> engine.setEnabledCipherSuites(new String[] {"TLS_RSA_WITH_AES_128_CBC_SHA"}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> engine.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"}))
        .withMessageContaining("all three");
    var parameters = new SSLParameters();
    parameters.setSignatureSchemes(new String[] {"ed25519"});
    assertThatIllegalArgumentException().isThrownBy(() -> engine.setSSLParameters(parameters));
    parameters.setSignatureSchemes(null);
    parameters.setNamedGroups(new String[] {"ffdhe2048"});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> engine.setSSLParameters(parameters))
        .withMessageContaining("ffdhe2048");
  }

  @Test
  void parametersComeBackAsTheyWereSet() {
    var engine = BoringSsl.context().createSSLEngine("example.org", 443);
    var parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setNamedGroups(new String[] {"x25519"});
    parameters.setUseCipherSuitesOrder(false);
    parameters.setNeedClientAuth(true);
    engine.setSSLParameters(parameters);
    var again = engine.getSSLParameters();
    assertThat(again.getApplicationProtocols()).containsExactly("h2");
    assertThat(again.getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");
    assertThat(again.getNamedGroups()).containsExactly("x25519");
    assertThat(again.getUseCipherSuitesOrder()).isFalse();
    assertThat(again.getNeedClientAuth()).isTrue();
  }
}
