// SPDX-License-Identifier: Apache-2.0
// A chat of so many members: one says a line, all get it, with the speaker's name and a colon before it, and then the next
// member says the next line. What is counted is the lines that members got.
//
// Lines that begin with an asterisk are the server's own, and what others said before is not ours; both are passed over.
// The lines of this run, however, must come complete, in order and once.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "load.h"

enum {
  JOINING_AT_ONCE = 16,
  MARK = 9,        // bytes at the beginning of each of our lines, and of no others
  LONGEST = 2048   // with the speaker's name
};

struct member {
  struct stream stream;
  uint64_t lines;  // of ours that it has got
  bool welcome;    // the server has said something: it is in
  size_t held;     // bytes of a line that is not complete
  char line[LONGEST];
};

static size_t count, size;
static struct member *members;
static char text[LONGEST];  // what is said now
static uint64_t said, said_at, heard, welcomed;

// Line n of this run: who runs it, n, and letters up to the size.
static void make_text(uint64_t n) {
  int used = snprintf(text, sizeof text, "%08x/%016llx ", (unsigned)getpid(), (unsigned long long)n);
  for (size_t i = (size_t)used; i < size - 1; i++) text[i] = (char)('a' + (i + n) % 26);
  text[size - 1] = '\n';
}

static void say(void) {
  struct member *speaker = &members[said % count];
  make_text(said);
  said++;
  heard = 0;
  said_at = now_nanos();
  if (wire_send(&speaker->stream.wire, text, size) != (ssize_t)size) fail(&speaker->stream, "a line was not sent at once");
}

static void hear(struct member *m, const char *line, size_t length, uint64_t now) {
  if (!m->welcome) {
    m->welcome = true;
    welcomed++;
  }
  const char *colon = line[0] == '*' ? NULL : memmem(line, length, ": ", 2);
  if (colon == NULL) return;
  const char *words = colon + 2;
  size_t left = length - (size_t)(words - line);
  if (said == 0 || left < MARK || memcmp(words, text, MARK) != 0) return;
  if (m->lines != said - 1) fail(&m->stream, "a line came twice, or not at all");
  if (left != size || memcmp(words, text, size) != 0) fail(&m->stream, "another line came than was said");
  m->lines = said;
  heard++;
  completed++;
  latency_add(now - said_at);
}

static void receive(struct member *m) {
  ssize_t got = wire_receive(&m->stream.wire, m->line + m->held, sizeof m->line - m->held);
  if (got == WIRE_AGAIN) return;
  if (got < 0) fail(&m->stream, got == WIRE_END ? "the server closed the connection" : wire_error());
  uint64_t now = now_nanos();
  m->stream.received += (uint64_t)got;
  size_t end = m->held + (size_t)got, begin = 0;
  for (char *stop; (stop = memchr(m->line + begin, '\n', end - begin)) != NULL;) {
    size_t next = (size_t)(stop - m->line) + 1;
    hear(m, m->line + begin, next - begin, now);
    begin = next;
  }
  m->held = end - begin;
  if (m->held == sizeof m->line) fail(&m->stream, "a line without end");
  memmove(m->line, m->line + begin, m->held);
}

// Takes what has come; false when nothing came within so many milliseconds.
static bool listen_for(int millis) {
  struct epoll_event events[EVENTS];
  int ready = epoll_wait(epoll, events, EVENTS, millis);
  if (ready < 0 && errno != EINTR) die("epoll_wait");
  for (int i = 0; i < ready; i++) receive(&members[events[i].data.u64]);
  return ready != 0;
}

static void listen_on(void) {
  if (!listen_for(SILENCE_MILLIS)) fail(&members[0].stream, "nothing from the server for 5 seconds");
}

void broadcast_join(uint16_t port, size_t member_count, size_t line_size) {
  enum { QUIET_MILLIS = 100 };
  count = member_count;
  size = line_size;
  members = calloc(count, sizeof *members);
  if (members == NULL) die("calloc");
  for (size_t i = 0; i < count; i++) {
    stream_open(&members[i].stream, i, port);
    if (fcntl(members[i].stream.wire.fd, F_SETFL, O_NONBLOCK) < 0) die("fcntl");
    stream_watch(&members[i].stream, i);
    while (welcomed + JOINING_AT_ONCE <= i) listen_on();
  }
  while (welcomed < count) listen_on();
  while (listen_for(QUIET_MILLIS)) {  // all have heard of all, also of those who left before
  }
}

void broadcast_run(double seconds) {
  uint64_t end = now_nanos() + (uint64_t)(seconds * 1e9);
  do {
    say();
    while (heard < count) listen_on();
  } while (now_nanos() < end);
}
