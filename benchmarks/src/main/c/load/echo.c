// SPDX-License-Identifier: Apache-2.0
// Keeps so many messages on the way on each of so many connections, and times every message.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>

#include "load.h"

struct connection {
  struct stream stream;
  uint64_t *started;  // when message n went out, at n % depth
};

static size_t connections, size, depth;
static struct connection *all;

void echo_connect(uint16_t port, size_t connection_count, size_t message_size, size_t messages_deep) {
  connections = connection_count;
  size = message_size;
  depth = messages_deep;
  all = calloc(connections, sizeof *all);
  if (all == NULL) die("calloc");
  for (size_t i = 0; i < connections; i++) {
    struct connection *c = &all[i];
    stream_open(&c->stream, i, port);
    if (wire_handshake(&c->stream.wire) != WIRE_DONE) fail(&c->stream, wire_error());
    if (fcntl(c->stream.wire.fd, F_SETFL, O_NONBLOCK) < 0) die("fcntl");
    stream_watch(&c->stream, i);
    c->started = calloc(depth, sizeof *c->started);
    if (c->started == NULL) die("calloc");
  }
}

static void send_messages(struct connection *c, size_t count, uint64_t now) {
  uint64_t first = c->stream.sent / size;
  stream_send(&c->stream, count * size);
  for (size_t i = 0; i < count; i++) c->started[(first + i) % depth] = now;
}

// Takes what came back and answers how many messages are whole now.
static size_t receive(struct connection *c, uint64_t *now) {
  uint64_t first = c->stream.received / size;
  if (stream_receive(&c->stream) == 0) return 0;
  uint64_t last = c->stream.received / size;
  *now = now_nanos();
  for (uint64_t message = first; message < last; message++) latency_add(*now - c->started[message % depth]);
  return (size_t)(last - first);
}

void echo_run(double seconds) {
  uint64_t now = now_nanos(), end = now + (uint64_t)(seconds * 1e9);
  for (size_t i = 0; i < connections; i++) send_messages(&all[i], depth, now_nanos());
  uint64_t outstanding = (uint64_t)connections * depth;
  struct epoll_event events[EVENTS];
  while (outstanding > 0) {
    int count = epoll_wait(epoll, events, EVENTS, SILENCE_MILLIS);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    if (count == 0) fail(&all[0].stream, "no echo on any connection for 5 seconds");
    for (int i = 0; i < count; i++) {
      struct connection *c = &all[events[i].data.u64];
      size_t whole = receive(c, &now);
      completed += whole;
      outstanding -= whole;
      if (whole > 0 && now < end) {
        send_messages(c, whole, now);
        outstanding += whole;
      }
    }
  }
}
