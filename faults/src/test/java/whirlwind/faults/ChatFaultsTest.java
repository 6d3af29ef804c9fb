// SPDX-License-Identifier: Apache-2.0
package whirlwind.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The chat, where one member's fault could be everybody's. */
class ChatFaultsTest {
  private static final String LINE = "x".repeat(1000);

  @Test
  void whoIsResetHasLeftAndWhoNeverReadsIsSentAway() throws Exception {
    try (var chat = ServerProcess.example("Chat", "0", "--host", "127.0.0.1")) {
      int port = chat.port();
      int mark = chat.log().size();
      try (var ann = Peer.of(port)) {
        ann.send("/nick ann\n");
        hearUntil(ann, "* guest1 is now ann");
        var base = chat.census();
        var bob = Peer.of(port);
        hearUntil(ann, "* guest2 joined lobby");
        bob.reset();
        hearUntil(ann, "* guest2 left lobby");
        Peer deaf = Peer.of(port);
        hearUntil(ann, "* guest3 joined lobby");
        for (String heard = ""; !heard.equals("* guest3 left lobby"); heard = ann.line()) {
          ann.send(LINE + "\n");
        }
        assertThat(ann.ask("/who")).isNotNull();
        deaf.reset();
        Poll.until("nothing left", () -> chat.census().isWithin(base), chat::census);
      }
      assertThat(chat.entries(mark)).isEmpty();
    }
  }

  private static void hearUntil(Peer peer, String line) throws IOException {
    while (!peer.line().equals(line)) {}
  }
}
