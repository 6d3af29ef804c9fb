// SPDX-License-Identifier: Apache-2.0
package whirlwind.benchmarks;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A chat as the JDK suggests it: blocking calls, and for each member one virtual thread that
 * listens and one that sends, so that nobody waits for another's connection.
 */
final class VirtualThreadChat {
  /** Lines of a usual length that are as much as the other servers let wait. */
  private static final int BACKLOG_LINES = ChatWords.BACKLOG_BYTES / 64;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Member> members = new LinkedHashSet<>();
  private int guests;

  private VirtualThreadChat() {}

  static void main() throws IOException {
    var chat = new VirtualThreadChat();
    var address = Echo.anyPort();
    try (var listener = new ServerSocket(0, Echo.BACKLOG, address.getAddress())) {
      Echo.ready(listener.getLocalPort());
      while (true) {
        var socket = listener.accept();
        Thread.startVirtualThread(() -> chat.serve(socket));
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var member = enter(socket);
      var sender = Thread.startVirtualThread(member::send);
      try {
        listen(member);
      } finally {
        leave(member);
        sender.interrupt();
      }
    } catch (IOException _) {
      // The peer has gone, in whatever way.
    }
  }

  private Member enter(Socket socket) {
    lock.lock();
    try {
      var member = new Member("guest" + ++guests, socket);
      member.hear(bytes(ChatWords.welcome(member.name)));
      members.add(member);
      tellAll(ChatWords.joined(member.name));
      return member;
    } finally {
      lock.unlock();
    }
  }

  private void listen(Member member) throws IOException {
    var lines =
        new BufferedReader(
            new InputStreamReader(member.socket.getInputStream(), StandardCharsets.UTF_8));
    for (var line = lines.readLine(); line != null; line = lines.readLine()) {
      tellAll(ChatWords.said(member.name, line));
    }
  }

  private void leave(Member member) {
    lock.lock();
    try {
      members.remove(member);
      tellAll(ChatWords.left(member.name));
    } finally {
      lock.unlock();
    }
  }

  /** The lock gives all members the same order. */
  private void tellAll(String line) {
    var bytes = bytes(line);
    lock.lock();
    try {
      members.forEach(member -> member.hear(bytes));
    } finally {
      lock.unlock();
    }
  }

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8);
  }

  private record Member(String name, Socket socket, BlockingQueue<byte[]> outbox) {
    Member(String name, Socket socket) {
      this(name, socket, new LinkedBlockingQueue<>(BACKLOG_LINES));
    }

    void hear(byte[] line) {
      if (!outbox.offer(line)) {
        close();
      }
    }

    /** Sends whatever waits, all there is in one write. */
    void send() {
      var batch = new ArrayList<byte[]>();
      try {
        var output = socket.getOutputStream();
        while (true) {
          batch.add(outbox.take());
          outbox.drainTo(batch);
          output.write(batch.size() == 1 ? batch.getFirst() : joined(batch));
          batch.clear();
        }
      } catch (IOException | InterruptedException _) {
        close();
      }
    }

    private static byte[] joined(Iterable<byte[]> lines) {
      var all = new ByteArrayOutputStream();
      lines.forEach(all::writeBytes);
      return all.toByteArray();
    }

    private void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
