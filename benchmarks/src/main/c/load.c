// SPDX-License-Identifier: Apache-2.0
// The load generator of the echo benchmark: keeps DEPTH messages of SIZE bytes on the way on each of CONNECTIONS
// connections, compares every byte that comes back with the one that went out, and times every message.
//
// It talks to the runner so that the server is idle whenever its CPU time is read:
//   1. connects, sends for WARMUP seconds, waits for the last echo, prints "ready", waits for a line on standard input;
//   2. sends for SECONDS seconds, waits for the last echo, prints one line of JSON, waits for another line;
//   3. ends.
// So the messages it reports are exactly those that the server handled between the two readings. At the end of its
// standard input it does not wait.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  EVENTS = 512,
  SILENCE_MILLIS = 5000,
  MAX_OUTSTANDING = 16384,  // bytes a connection; fits any socket's buffers, so that a send is never cut short
  PATTERN = 4093,           // prime: messages of any usual size start at ever different places of it
  SUB_BUCKETS = 64,         // a latency is known to 1/64 of itself
  BUCKETS = 64 * SUB_BUCKETS
};

struct connection {
  int fd;
  uint64_t sent, received;  // messages sent, bytes received
  uint64_t *started;        // when message n went out, at n % depth
  size_t shift;             // where in the pattern this connection's stream begins
};

static int epoll;
static size_t connections, size, depth;
static struct connection *all;
static unsigned char pattern[PATTERN + MAX_OUTSTANDING];
static uint64_t latencies[BUCKETS];
static uint64_t completed;  // messages of this run

static void die(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void fail(size_t connection, const char *what) {
  fprintf(stderr, "load: connection %zu after %llu bytes: %s\n", connection,
          (unsigned long long)all[connection].received, what);
  exit(2);
}

static uint64_t now_nanos(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

// The bytes of a connection's stream from an offset on; MAX_OUTSTANDING of them are contiguous.
static const unsigned char *stream_bytes(const struct connection *c, uint64_t offset) {
  return pattern + (c->shift + offset) % PATTERN;
}

static void fill_pattern(void) {
  uint32_t x = 2463534242u;
  for (size_t i = 0; i < PATTERN; i++) {
    x ^= x << 13, x ^= x >> 17, x ^= x << 5;
    pattern[i] = (unsigned char)(x >> 11);
  }
  for (size_t i = PATTERN; i < sizeof pattern; i++) pattern[i] = pattern[i - PATTERN];
}

static size_t bucket(uint64_t nanos) {
  if (nanos < SUB_BUCKETS) return (size_t)nanos;
  int shift = 63 - __builtin_clzll(nanos) - 6;
  return (size_t)(shift + 1) * SUB_BUCKETS + (size_t)((nanos >> shift) - SUB_BUCKETS);
}

static double bucket_micros(size_t index) {
  if (index < SUB_BUCKETS) return (double)index / 1e3;
  size_t shift = index / SUB_BUCKETS - 1;
  return (double)((uint64_t)(index % SUB_BUCKETS + SUB_BUCKETS) << shift) / 1e3;
}

static double percentile_micros(double share) {
  uint64_t wanted = (uint64_t)((double)completed * share), seen = 0;
  for (size_t i = 0; i < BUCKETS; i++) {
    seen += latencies[i];
    if (seen > wanted) return bucket_micros(i);
  }
  return 0;
}

static void connect_all(uint16_t port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  for (size_t i = 0; i < connections; i++) {
    struct connection *c = &all[i];
    int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0) die("fcntl");
    c->shift = i * 97 % PATTERN;
    c->started = calloc(depth, sizeof *c->started);
    if (c->started == NULL) die("calloc");
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = i};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event) < 0) die("epoll_ctl");
  }
}

static void send_messages(size_t index, size_t count, uint64_t now) {
  struct connection *c = &all[index];
  ssize_t taken = send(c->fd, stream_bytes(c, c->sent * size), count * size, MSG_NOSIGNAL);
  if (taken < 0) fail(index, strerror(errno));
  if ((size_t)taken != count * size) fail(index, "the socket took only a part of a send");
  for (size_t i = 0; i < count; i++) c->started[c->sent++ % depth] = now;
}

// Takes what came back and answers how many messages are whole now.
static size_t receive(size_t index, uint64_t *now) {
  static unsigned char bytes[MAX_OUTSTANDING];
  struct connection *c = &all[index];
  ssize_t count = read(c->fd, bytes, sizeof bytes);
  if (count < 0 && errno == EAGAIN) return 0;
  if (count < 0) fail(index, strerror(errno));
  if (count == 0) fail(index, "the server closed the connection");
  if (c->received + (uint64_t)count > c->sent * size) fail(index, "more came back than was sent");
  if (memcmp(bytes, stream_bytes(c, c->received), (size_t)count) != 0) fail(index, "other bytes came back than were sent");
  uint64_t first = c->received / size;
  c->received += (uint64_t)count;
  uint64_t last = c->received / size;
  *now = now_nanos();
  for (uint64_t message = first; message < last; message++) {
    latencies[bucket(*now - c->started[message % depth])]++;
  }
  return (size_t)(last - first);
}

// Sends for so many seconds, waits for the last echo, and answers the seconds that it all took.
static double run(double seconds) {
  memset(latencies, 0, sizeof latencies);
  completed = 0;
  uint64_t begin = now_nanos(), end = begin + (uint64_t)(seconds * 1e9), now = begin;
  for (size_t i = 0; i < connections; i++) send_messages(i, depth, now_nanos());
  uint64_t outstanding = (uint64_t)connections * depth;
  struct epoll_event events[EVENTS];
  while (outstanding > 0) {
    int count = epoll_wait(epoll, events, EVENTS, SILENCE_MILLIS);
    if (count < 0 && errno != EINTR) die("epoll_wait");
    if (count == 0) fail(0, "no echo on any connection for 5 seconds");
    for (int i = 0; i < count; i++) {
      size_t whole = receive(events[i].data.u64, &now);
      completed += whole;
      outstanding -= whole;
      if (whole > 0 && now < end) {
        send_messages(events[i].data.u64, whole, now);
        outstanding += whole;
      }
    }
  }
  return (double)(now_nanos() - begin) / 1e9;
}

static void wait_for_line(void) {
  int c;
  while ((c = getchar()) != EOF && c != '\n') {
  }
}

static double number(const char *text, const char *what, double least, double most) {
  char *end;
  double value = strtod(text, &end);
  if (*text == '\0' || *end != '\0' || !(value >= least && value <= most)) {
    fprintf(stderr, "load: %s: wanted a number from %g to %g, got \"%s\"\n", what, least, most, text);
    exit(64);
  }
  return value;
}

int main(int argc, char **argv) {
  if (argc != 7) {
    fprintf(stderr, "usage: load PORT CONNECTIONS SIZE DEPTH WARMUP SECONDS\n");
    return 64;
  }
  uint16_t port = (uint16_t)number(argv[1], "PORT", 1, 65535);
  connections = (size_t)number(argv[2], "CONNECTIONS", 1, 60000);
  size = (size_t)number(argv[3], "SIZE", 1, MAX_OUTSTANDING);
  depth = (size_t)number(argv[4], "DEPTH", 1, (double)(MAX_OUTSTANDING / size));
  double warmup = number(argv[5], "WARMUP", 0, 3600), seconds = number(argv[6], "SECONDS", 0.001, 3600);

  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  fill_pattern();
  epoll = epoll_create1(EPOLL_CLOEXEC);
  all = calloc(connections, sizeof *all);
  if (epoll < 0 || all == NULL) die("set-up");
  connect_all(port);
  run(warmup);

  printf("ready\n");
  fflush(stdout);
  wait_for_line();
  double took = run(seconds);
  printf("{\"messages\":%llu,\"seconds\":%.6f,\"p50_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f}\n",
         (unsigned long long)completed, took, percentile_micros(0.5), percentile_micros(0.99), percentile_micros(0.999));
  fflush(stdout);
  wait_for_line();
  return 0;
}
