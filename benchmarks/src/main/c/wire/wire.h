// SPDX-License-Identifier: Apache-2.0
// How the bytes travel: in the clear (plain.c) or by TLS (tls.c). Each makes a load generator of its own, and
// all the rest of it is the same.

#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct wire {
  int fd;
  void *session;  // of TLS
};

enum { WIRE_AGAIN = 0, WIRE_DONE = 1, WIRE_END = -1, WIRE_FAILED = -2 };

void wire_setup(void);

// Takes a connected socket, blocking or not.
void wire_start(struct wire *w, int fd);

// WIRE_DONE, WIRE_AGAIN when more must be read first, or WIRE_FAILED. On a blocking socket never WIRE_AGAIN.
int wire_handshake(struct wire *w);

// The number of bytes taken, WIRE_AGAIN or WIRE_FAILED.
ssize_t wire_send(struct wire *w, const void *bytes, size_t count);

// The number of bytes read, WIRE_AGAIN, WIRE_END or WIRE_FAILED. After bytes there may be more of which no readiness
// will tell: call it until it answers WIRE_AGAIN, or ask wire_has_more.
ssize_t wire_receive(struct wire *w, void *bytes, size_t count);
bool wire_has_more(const struct wire *w);

// Tells the server that nothing more will come; its end is still to be read.
void wire_finish(struct wire *w);

void wire_close(struct wire *w);

const char *wire_error(void);

#endif
