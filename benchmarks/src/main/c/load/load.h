// SPDX-License-Identifier: Apache-2.0
// What the load generator's files share. main.c says what it does.

#ifndef LOAD_H
#define LOAD_H

#include <stddef.h>
#include <stdint.h>

#include "../wire/wire.h"

enum {
  EVENTS = 512,
  SILENCE_MILLIS = 5000,
  MAX_OUTSTANDING = 16384  // bytes a connection; fits any socket's buffers, so that a send is never cut short
};

// A connection, and how far it is in its own stream of bytes.
struct stream {
  struct wire wire;
  uint64_t sent, received;  // bytes
  size_t shift;             // where in the pattern this stream begins
};

extern int epoll;
extern uint64_t completed;  // messages, or sessions, of this run

_Noreturn void die(const char *what);
_Noreturn void fail(const struct stream *s, const char *what);
uint64_t now_nanos(void);

// stream.c: every stream has bytes of its own, and each byte that comes back is compared with the one that went out.
void stream_setup(void);
void stream_open(struct stream *s, size_t index, uint16_t port);
void stream_watch(struct stream *s, size_t index);
void stream_send(struct stream *s, size_t count);
size_t stream_receive(struct stream *s);  // how many bytes came: 0 for none yet

// latency.c: the times of the messages of this run.
void latency_clear(void);
void latency_add(uint64_t nanos);
double latency_percentile_micros(double share);

// echo.c: messages on connections that stay.
void echo_connect(uint16_t port, size_t connections, size_t size, size_t depth);
void echo_run(double seconds);

// session.c: connections that come, echo one message, and go or stay.
void session_setup(uint16_t port, size_t size);
void session_run(size_t at_once, double seconds);
void session_open_idle(size_t connections);

// broadcast.c: members of a chat.
void broadcast_join(uint16_t port, size_t members, size_t line_size);
void broadcast_run(double seconds);

#endif
