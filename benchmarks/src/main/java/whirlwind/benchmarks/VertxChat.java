// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A chat on Vert.x and NIO; all of it runs on one event loop. */
final class VertxChat {
  private final Set<NetSocket> members = new LinkedHashSet<>();
  private int guests;

  private VertxChat() {}

  static void main() {
    var chat = new VertxChat();
    var server =
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1))
            .createNetServer(
                new NetServerOptions()
                    .setHost(Echo.anyPort().getHostString())
                    .setPort(0)
                    .setAcceptBacklog(Echo.BACKLOG)
                    .setTcpNoDelay(true))
            .connectHandler(chat::welcome)
            .listen()
            .await();
    Echo.ready(server.actualPort());
  }

  private void welcome(NetSocket member) {
    var name = "guest" + ++guests;
    member.setWriteQueueMaxSize(ChatWords.BACKLOG_BYTES);
    member.write(ChatWords.welcome(name));
    members.add(member);
    tellAll(ChatWords.joined(name));
    member.closeHandler(
        _ -> {
          members.remove(member);
          tellAll(ChatWords.left(name));
        });
    var lines =
        RecordParser.newDelimited("\n", line -> tellAll(ChatWords.said(name, line.toString())));
    member.handler(lines.maxRecordSize(ChatWords.LONGEST_LINE));
  }

  private void tellAll(String line) {
    var bytes = Buffer.buffer(line);
    for (var member : List.copyOf(members)) { // a close may tell of itself at once
      if (member.writeQueueFull()) {
        member.close();
      } else {
        member.write(bytes);
      }
    }
  }
}
