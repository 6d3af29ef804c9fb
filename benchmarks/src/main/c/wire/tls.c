// SPDX-License-Identifier: Apache-2.0
// TLS 1.3 by OpenSSL with one cipher suite, one key agreement, and no resumption, so that all servers do the same work.

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire.h"

static SSL_CTX *context;

static void must(int holds, const char *what) {
  if (holds) return;
  fprintf(stderr, "load: %s: %s\n", what, wire_error());
  exit(1);
}

// A ticket is work that the other servers were told not to do.
static int refuse_ticket(SSL *ssl, SSL_SESSION *session) {
  (void)ssl, (void)session;
  fprintf(stderr, "load: wanted a server without session tickets, got one\n");
  exit(2);
}

void wire_setup(void) {
  context = SSL_CTX_new(TLS_client_method());
  must(context != NULL, "SSL_CTX_new");
  must(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION), "TLS 1.3");
  must(SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256"), "cipher suite");
  must(SSL_CTX_set1_groups_list(context, "X25519"), "key agreement");
  SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);  // the certificate is its own; what it signed is still checked
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, refuse_ticket);
}

void wire_start(struct wire *w, int fd) {
  SSL *ssl = SSL_new(context);
  must(ssl != NULL && SSL_set_fd(ssl, fd), "SSL_new");
  SSL_set_connect_state(ssl);
  w->fd = fd;
  w->session = ssl;
}

static int outcome(SSL *ssl, int result) {
  switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return WIRE_AGAIN;
    case SSL_ERROR_ZERO_RETURN:
      return WIRE_END;
    default:
      return WIRE_FAILED;
  }
}

int wire_handshake(struct wire *w) {
  ERR_clear_error();
  int result = SSL_do_handshake(w->session);
  return result == 1 ? WIRE_DONE : outcome(w->session, result);
}

ssize_t wire_send(struct wire *w, const void *bytes, size_t count) {
  ERR_clear_error();
  int taken = SSL_write(w->session, bytes, (int)count);
  return taken > 0 ? taken : outcome(w->session, taken);
}

ssize_t wire_receive(struct wire *w, void *bytes, size_t count) {
  ERR_clear_error();
  int got = SSL_read(w->session, bytes, (int)count);
  return got > 0 ? got : outcome(w->session, got);
}

bool wire_has_more(const struct wire *w) { return SSL_has_pending(w->session); }

void wire_finish(struct wire *w) {
  ERR_clear_error();
  SSL_shutdown(w->session);
  shutdown(w->fd, SHUT_WR);
}

void wire_close(struct wire *w) {
  SSL_free(w->session);
  close(w->fd);
}

const char *wire_error(void) {
  static char text[256];
  unsigned long error = ERR_peek_last_error();
  if (error == 0) return errno == 0 ? "the end of the connection without a TLS close" : strerror(errno);
  ERR_error_string_n(error, text, sizeof text);
  return text;
}
