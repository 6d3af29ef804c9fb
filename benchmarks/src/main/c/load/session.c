// SPDX-License-Identifier: Apache-2.0
// Sessions: connect, shake hands, have one message echoed; then take leave of the server, or stay and be idle.
//
//   SHAKING --> ECHOING --> LEAVING --> (closed)   session_run: a new one takes its place until the time is over
//                      \--> (idle)                 session_open_idle
//
// One that leaves is timed from its connect until the server has closed its side, one that stays until its echo.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "load.h"

enum { IDLE_AT_ONCE = 64 };  // opening this many at a time keeps the server busy and its backlog short

struct session {
  struct stream stream;
  enum { SHAKING, ECHOING, LEAVING } state;
  uint64_t started;
};

static uint16_t port;
static size_t size;

void session_setup(uint16_t server_port, size_t message_size) {
  port = server_port;
  size = message_size;
}

static void shake_hands(struct session *s) {
  int result = wire_handshake(&s->stream.wire);
  if (result == WIRE_AGAIN) return;
  if (result != WIRE_DONE) fail(&s->stream, wire_error());
  stream_send(&s->stream, size);
  s->state = ECHOING;
}

static void open_session(struct session *s, size_t index) {
  uint64_t now = now_nanos();
  stream_open(&s->stream, index, port);
  if (fcntl(s->stream.wire.fd, F_SETFL, O_NONBLOCK) < 0) die("fcntl");
  stream_watch(&s->stream, index);
  s->started = now;
  s->state = SHAKING;
  shake_hands(s);
}

static bool echoed(struct session *s) {
  stream_receive(&s->stream);
  return s->stream.received == size;
}

// Answers whether the server has closed its side, in whatever way: the echo is back already. What it says before, such as
// the close of TLS, is read past TLS, which would be content with that.
static bool left(struct session *s) {
  char ignored[256];
  ssize_t count;
  while ((count = recv(s->stream.wire.fd, ignored, sizeof ignored, 0)) > 0) {
  }
  return count == 0 || errno != EAGAIN;
}

// Answers whether this session is over.
static bool advance(struct session *s) {
  if (s->state == SHAKING) shake_hands(s);
  if (s->state == ECHOING && echoed(s)) {
    wire_finish(&s->stream.wire);
    s->state = LEAVING;
  }
  return s->state == LEAVING && left(s);
}

static int wait_for_events(struct epoll_event *events, struct session *all) {
  int count = epoll_wait(epoll, events, EVENTS, SILENCE_MILLIS);
  if (count < 0 && errno != EINTR) die("epoll_wait");
  if (count == 0) fail(&all[0].stream, "nothing from the server for 5 seconds");
  return count;
}

void session_run(size_t at_once, double seconds) {
  struct session *all = calloc(at_once, sizeof *all);
  if (all == NULL) die("calloc");
  uint64_t end = now_nanos() + (uint64_t)(seconds * 1e9);
  for (size_t i = 0; i < at_once; i++) open_session(&all[i], i);
  struct epoll_event events[EVENTS];
  for (size_t open = at_once; open > 0;) {
    int count = wait_for_events(events, all);
    for (int i = 0; i < count; i++) {
      size_t index = events[i].data.u64;
      struct session *s = &all[index];
      if (!advance(s)) continue;
      uint64_t now = now_nanos();
      wire_close(&s->stream.wire);
      latency_add(now - s->started);
      completed++;
      if (now < end) {
        open_session(s, index);
      } else {
        open--;
      }
    }
  }
  free(all);
}

void session_open_idle(size_t connections) {
  struct session *all = calloc(connections, sizeof *all);
  if (all == NULL) die("calloc");
  size_t opened = 0;
  while (opened < connections && opened < IDLE_AT_ONCE) {
    open_session(&all[opened], opened);
    opened++;
  }
  struct epoll_event events[EVENTS];
  while (completed < connections) {
    int count = wait_for_events(events, all);
    for (int i = 0; i < count; i++) {
      struct session *s = &all[events[i].data.u64];
      if (s->state == SHAKING) shake_hands(s);
      if (s->state != ECHOING || !echoed(s)) continue;
      latency_add(now_nanos() - s->started);
      completed++;
      if (opened < connections) {
        open_session(&all[opened], opened);
        opened++;
      }
    }
  }
}
