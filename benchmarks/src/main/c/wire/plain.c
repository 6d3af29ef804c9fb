// SPDX-License-Identifier: Apache-2.0

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

void wire_setup(void) {}

void wire_start(struct wire *w, int fd) { w->fd = fd; }

int wire_handshake(struct wire *w) {
  (void)w;
  return WIRE_DONE;
}

ssize_t wire_send(struct wire *w, const void *bytes, size_t count) {
  ssize_t taken = send(w->fd, bytes, count, MSG_NOSIGNAL);
  if (taken < 0) return errno == EAGAIN ? WIRE_AGAIN : WIRE_FAILED;
  return taken;
}

ssize_t wire_receive(struct wire *w, void *bytes, size_t count) {
  ssize_t got = read(w->fd, bytes, count);
  if (got < 0) return errno == EAGAIN ? WIRE_AGAIN : WIRE_FAILED;
  return got == 0 ? WIRE_END : got;
}

bool wire_has_more(const struct wire *w) {
  (void)w;
  return false;  // the socket stays readable, and says so
}

void wire_finish(struct wire *w) { shutdown(w->fd, SHUT_WR); }

void wire_close(struct wire *w) { close(w->fd); }

const char *wire_error(void) { return strerror(errno); }
