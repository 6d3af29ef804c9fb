// SPDX-License-Identifier: Apache-2.0

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "load.h"

enum {
  PATTERN = 4093,     // prime: messages of any usual size start at ever different places of it
  PER_SOURCE = 10000  // connections from one address, which has no more than some 28,000 ports
};

static unsigned char pattern[PATTERN + MAX_OUTSTANDING];

void stream_setup(void) {
  uint32_t x = 2463534242u;
  for (size_t i = 0; i < PATTERN; i++) {
    x ^= x << 13, x ^= x >> 17, x ^= x << 5;
    pattern[i] = (unsigned char)(x >> 11);
  }
  for (size_t i = PATTERN; i < sizeof pattern; i++) pattern[i] = pattern[i - PATTERN];
}

// The bytes of a stream from an offset on; MAX_OUTSTANDING of them are contiguous.
static const unsigned char *bytes_from(const struct stream *s, uint64_t offset) {
  return pattern + (s->shift + offset) % PATTERN;
}

// Chooses the address that the connection comes from: 127.0.0.1, .2 and so on; the port is chosen at the connect.
static void bind_source(int fd, size_t index) {
  struct sockaddr_in source = {.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(index / PER_SOURCE))};
  int on = 1;
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  if (bind(fd, (struct sockaddr *)&source, sizeof source) < 0) die("bind");
}

// The kernel connects on the loopback interface without waiting for the server.
void stream_open(struct stream *s, size_t index, uint16_t port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) die("socket");
  if (index >= PER_SOURCE) bind_source(fd, index);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  *s = (struct stream){.shift = index * 97 % PATTERN};
  wire_start(&s->wire, fd);
}

void stream_watch(struct stream *s, size_t index) {
  struct epoll_event event = {.events = EPOLLIN, .data.u64 = index};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, s->wire.fd, &event) < 0) die("epoll_ctl");
}

void stream_send(struct stream *s, size_t count) {
  ssize_t taken = wire_send(&s->wire, bytes_from(s, s->sent), count);
  if (taken == WIRE_FAILED || taken == WIRE_END) fail(s, wire_error());
  if ((size_t)taken != count) fail(s, "the socket took only a part of a send");
  s->sent += count;
}

size_t stream_receive(struct stream *s) {
  static unsigned char bytes[MAX_OUTSTANDING];
  size_t total = 0;
  do {
    ssize_t count = wire_receive(&s->wire, bytes, sizeof bytes);
    if (count == WIRE_AGAIN) break;
    if (count == WIRE_END) fail(s, "the server closed the connection");
    if (count < 0) fail(s, wire_error());
    if (s->received + (uint64_t)count > s->sent) fail(s, "more came back than was sent");
    if (memcmp(bytes, bytes_from(s, s->received), (size_t)count) != 0) fail(s, "other bytes came back than were sent");
    s->received += (uint64_t)count;
    total += (size_t)count;
  } while (wire_has_more(&s->wire));
  return total;
}
