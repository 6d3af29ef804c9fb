// SPDX-License-Identifier: Apache-2.0
// The baseline of the TLS benchmark: echo_epoll.c over OpenSSL. One thread, level-triggered epoll, TLS 1.3 without tickets,
// records read ahead in one system call, and buffers only while they are needed.
//
//   echo_tls KEYSTORE PASSWORD     the key and the certificate as PKCS #12

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 65536, BACKLOG = 1024, EVENTS = 512 };

struct connection {
  SSL *tls;
  size_t pending_from, pending_to;  // what a full socket did not take yet
  char *pending;                    // NULL while the socket keeps up, which in this benchmark is always
};

static int epoll;
static SSL_CTX *context;

static void die(const char *what) {
  fprintf(stderr, "echo_tls: %s: %s\n", what, strerror(errno));
  ERR_print_errors_fp(stderr);
  exit(1);
}

static void watch(int operation, int fd, uint32_t events, void *owner) {
  struct epoll_event event = {.events = events, .data.ptr = owner};
  if (epoll_ctl(epoll, operation, fd, &event) < 0) die("epoll_ctl");
}

static void set_up_tls(const char *keystore, const char *password) {
  FILE *file = fopen(keystore, "rb");
  PKCS12 *store = file == NULL ? NULL : d2i_PKCS12_fp(file, NULL);
  EVP_PKEY *key = NULL;
  X509 *certificate = NULL;
  if (store == NULL || !PKCS12_parse(store, password, &key, &certificate, NULL)) die(keystore);
  fclose(file);
  PKCS12_free(store);

  context = SSL_CTX_new(TLS_server_method());
  if (context == NULL || !SSL_CTX_use_cert_and_key(context, certificate, key, NULL, 1)) die("SSL_CTX");
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_mode(context,
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
}

static int open_listener(void) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) < 0 || listen(fd, BACKLOG) < 0) die("listen");
  if (getsockname(fd, (struct sockaddr *)&address, &length) < 0) die("getsockname");
  printf("READY %d\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

static void accept_all(int listener) {
  int fd, on = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL || (c->tls = SSL_new(context)) == NULL || !SSL_set_fd(c->tls, fd)) die("SSL_new");
    SSL_set_accept_state(c->tls);
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, c);
  }
  if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) die("accept4");
}

static void drop(struct connection *c) {
  int fd = SSL_get_fd(c->tls);
  if (SSL_get_shutdown(c->tls) & SSL_RECEIVED_SHUTDOWN) SSL_shutdown(c->tls);  // a close is answered, a reset is not
  SSL_free(c->tls);
  close(fd);
  free(c->pending);
  free(c);
}

// After a call that did nothing: answers whether to wait for the socket; otherwise the connection is gone.
static int wait_for_socket(struct connection *c, int result) {
  switch (SSL_get_error(c->tls, result)) {
    case SSL_ERROR_WANT_READ:
      return 1;
    case SSL_ERROR_WANT_WRITE:
      watch(EPOLL_CTL_MOD, SSL_get_fd(c->tls), EPOLLOUT, c);
      return 1;
    default:
      ERR_clear_error();
      drop(c);
      return 0;
  }
}

// The peer does not read: keep the rest and read nothing more until the socket has taken it.
static void keep(struct connection *c, const char *bytes, size_t count) {
  c->pending = malloc(count);
  if (c->pending == NULL) die("malloc");
  memcpy(c->pending, bytes, count);
  c->pending_from = 0;
  c->pending_to = count;
}

// Answers whether the connection can go on: not dropped, and nothing pending.
static int send_all(struct connection *c, const char *bytes, size_t count) {
  size_t sent = 0;
  while (sent < count) {
    int taken = SSL_write(c->tls, bytes + sent, (int)(count - sent));
    if (taken <= 0) {
      if (wait_for_socket(c, taken)) keep(c, bytes + sent, count - sent);
      return 0;
    }
    sent += (size_t)taken;
  }
  return 1;
}

// Shakes hands too, since SSL_read does. OpenSSL may hold records of which no readiness will tell.
static void echo(struct connection *c) {
  static char bytes[READ_SIZE];
  do {
    int count = SSL_read(c->tls, bytes, sizeof bytes);
    if (count <= 0) {
      wait_for_socket(c, count);
      return;
    }
    if (!send_all(c, bytes, (size_t)count)) return;
  } while (SSL_has_pending(c->tls));
}

static void flush_pending(struct connection *c) {
  int taken = SSL_write(c->tls, c->pending + c->pending_from, (int)(c->pending_to - c->pending_from));
  if (taken <= 0) {
    wait_for_socket(c, taken);
    return;
  }
  c->pending_from += (size_t)taken;
  if (c->pending_from < c->pending_to) return;
  free(c->pending);
  c->pending = NULL;
}

static void ready(struct connection *c, uint32_t events) {
  if (events & EPOLLOUT) watch(EPOLL_CTL_MOD, SSL_get_fd(c->tls), EPOLLIN, c);  // it is asked for again if need be
  if (c->pending != NULL) {
    flush_pending(c);
  } else {
    echo(c);
  }
}

static int input_ended(void) {
  char ignored[256];
  return read(STDIN_FILENO, ignored, sizeof ignored) <= 0;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: echo_tls KEYSTORE PASSWORD\n");
    return 64;
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  set_up_tls(argv[1], argv[2]);

  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) die("epoll_create1");
  int listener = open_listener();
  static char listening, input;  // their addresses mark the two descriptors that are no connections
  watch(EPOLL_CTL_ADD, listener, EPOLLIN, &listening);
  watch(EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN, &input);

  struct epoll_event events[EVENTS];
  for (;;) {
    int count = epoll_wait(epoll, events, EVENTS, -1);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    for (int i = 0; i < count; i++) {
      void *owner = events[i].data.ptr;
      if (owner == &listening) {
        accept_all(listener);
      } else if (owner == &input) {
        if (input_ended()) return 0;
      } else {
        ready(owner, events[i].events);
      }
    }
  }
}
