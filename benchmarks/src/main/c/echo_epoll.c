// SPDX-License-Identifier: Apache-2.0
// The baseline: an echo server as one writes it by hand in C. One thread, level-triggered epoll, one read and one write
// a readiness event, no allocation on the way. It prints "READY <port>" and ends when its standard input ends.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_SIZE = 4096, BACKLOG = 1024, EVENTS = 512 };

struct connection {
  int fd;
  size_t pending_from, pending_to;  // what a full socket did not take yet
  char *pending;                    // NULL while the socket keeps up, which in this benchmark is always
};

static int epoll;

static void die(const char *what) {
  fprintf(stderr, "echo_epoll: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void watch(int operation, int fd, uint32_t events, void *owner) {
  struct epoll_event event = {.events = events, .data.ptr = owner};
  if (epoll_ctl(epoll, operation, fd, &event) < 0) die("epoll_ctl");
}

static void drop(struct connection *c) {
  close(c->fd);
  free(c->pending);
  free(c);
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
    if (c == NULL) die("calloc");
    c->fd = fd;
    watch(EPOLL_CTL_ADD, fd, EPOLLIN, c);
  }
  if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) die("accept4");
}

// The peer does not read: keep the rest and read nothing more until the socket has taken it.
static void keep(struct connection *c, const char *bytes, size_t count) {
  c->pending = malloc(count);
  if (c->pending == NULL) die("malloc");
  memcpy(c->pending, bytes, count);
  c->pending_from = 0;
  c->pending_to = count;
  watch(EPOLL_CTL_MOD, c->fd, EPOLLOUT, c);
}

static void flush_pending(struct connection *c) {
  ssize_t taken = send(c->fd, c->pending + c->pending_from, c->pending_to - c->pending_from, MSG_NOSIGNAL);
  if (taken < 0) {
    if (errno != EAGAIN) drop(c);
    return;
  }
  c->pending_from += (size_t)taken;
  if (c->pending_from < c->pending_to) return;
  free(c->pending);
  c->pending = NULL;
  watch(EPOLL_CTL_MOD, c->fd, EPOLLIN, c);
}

static void echo(struct connection *c) {
  char bytes[READ_SIZE];
  ssize_t count = read(c->fd, bytes, sizeof bytes);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    drop(c);
    return;
  }
  ssize_t taken = send(c->fd, bytes, (size_t)count, MSG_NOSIGNAL);
  if (taken < 0 && errno != EAGAIN) {
    drop(c);
    return;
  }
  if (taken < 0) taken = 0;
  if (taken < count) keep(c, bytes + taken, (size_t)(count - taken));
}

static int input_ended(void) {
  char ignored[256];
  return read(STDIN_FILENO, ignored, sizeof ignored) <= 0;
}

int main(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

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
      } else if (((struct connection *)owner)->pending != NULL) {
        flush_pending(owner);
      } else {
        echo(owner);
      }
    }
  }
}
