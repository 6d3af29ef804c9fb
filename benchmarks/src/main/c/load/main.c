// SPDX-License-Identifier: Apache-2.0
// The load generator of the benchmarks. What it can do to a server:
//
//   load PORT echo CONNECTIONS SIZE DEPTH WARMUP SECONDS   keep DEPTH messages of SIZE bytes on the way on each connection
//   load PORT sessions CONNECTIONS SIZE WARMUP SECONDS        connect, have one message echoed, close; so many at a time
//   load PORT idle CONNECTIONS SIZE                        connect, have one message echoed, and stay
//   load PORT broadcast MEMBERS SIZE WARMUP SECONDS           in a chat: one says a line of SIZE bytes, all get it, and again
//
// Every byte that comes back is compared with the one that went out, and everything is timed. load_tls does the same by TLS
// (wire/tls.c).
//
// It talks to the runner so that the server is idle whenever its CPU time or its memory is read:
//   1. connects and sends for WARMUP seconds, waits for the last echo, prints "ready", waits for a line on standard input;
//   2. sends for SECONDS seconds, waits for the last echo, prints one line of JSON, waits for another line;
//   3. ends.
// So what it reports is exactly what the server handled between the two readings. Idle connections are opened in step 2 and
// closed by step 3. At the end of its standard input it does not wait.

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

#include "load.h"

enum { MAX_CONNECTIONS = 60000, MAX_SECONDS = 3600, LEAST_LINE = 32, MOST_LINE = 1024 };

int epoll;
uint64_t completed;

void die(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

void fail(const struct stream *s, const char *what) {
  fprintf(stderr, "load: descriptor %d after %llu bytes: %s\n", s->wire.fd, (unsigned long long)s->received, what);
  exit(2);
}

uint64_t now_nanos(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void wait_for_line(void) {
  int c;
  while ((c = getchar()) != EOF && c != '\n') {
  }
}

static void tell_ready(void) {
  printf("ready\n");
  fflush(stdout);
  wait_for_line();
  completed = 0;
  latency_clear();
}

static void tell_result(uint64_t begin) {
  double took = (double)(now_nanos() - begin) / 1e9;
  printf("{\"messages\":%llu,\"seconds\":%.6f,\"p50_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f}\n",
         (unsigned long long)completed, took, latency_percentile_micros(0.5), latency_percentile_micros(0.99),
         latency_percentile_micros(0.999));
  fflush(stdout);
  wait_for_line();
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

static double seconds(const char *text, const char *what) { return number(text, what, 0, MAX_SECONDS); }

static void set_up(void) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);  // a server that is gone shows as a failed send

  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) die("epoll_create1");
  stream_setup();
  wire_setup();
}

static void echo(uint16_t port, size_t connections, size_t size, char **rest) {
  size_t depth = (size_t)number(rest[0], "DEPTH", 1, (double)(MAX_OUTSTANDING / size));
  double warmup = seconds(rest[1], "WARMUP"), measured = seconds(rest[2], "SECONDS");
  echo_connect(port, connections, size, depth);
  echo_run(warmup);
  tell_ready();
  uint64_t begin = now_nanos();
  echo_run(measured);
  tell_result(begin);
}

static void sessions(uint16_t port, size_t connections, size_t size, char **rest) {
  double warmup = seconds(rest[0], "WARMUP"), measured = seconds(rest[1], "SECONDS");
  session_setup(port, size);
  if (warmup > 0) session_run(connections, warmup);
  tell_ready();
  uint64_t begin = now_nanos();
  session_run(connections, measured);
  tell_result(begin);
}

static void idle(uint16_t port, size_t connections, size_t size) {
  session_setup(port, size);
  tell_ready();
  uint64_t begin = now_nanos();
  session_open_idle(connections);
  tell_result(begin);
}

static void broadcast(uint16_t port, size_t members, size_t size, char **rest) {
  double warmup = seconds(rest[0], "WARMUP"), measured = seconds(rest[1], "SECONDS");
  if (size < LEAST_LINE || size > MOST_LINE) {
    fprintf(stderr, "load: SIZE of a line: wanted %d to %d, got %zu\n", LEAST_LINE, MOST_LINE, size);
    exit(64);
  }
  broadcast_join(port, members, size);
  broadcast_run(warmup);
  tell_ready();
  uint64_t begin = now_nanos();
  broadcast_run(measured);
  tell_result(begin);
}

static int arguments_of(const char *mode) {
  if (strcmp(mode, "echo") == 0) return 8;
  if (strcmp(mode, "sessions") == 0 || strcmp(mode, "broadcast") == 0) return 7;
  return strcmp(mode, "idle") == 0 ? 5 : 0;
}

int main(int argc, char **argv) {
  const char *mode = argc > 2 ? argv[2] : "";
  if (argc != arguments_of(mode)) {
    fprintf(stderr, "usage: load PORT echo CONNECTIONS SIZE DEPTH WARMUP SECONDS\n"
                    "       load PORT sessions CONNECTIONS SIZE WARMUP SECONDS\n"
                    "       load PORT idle CONNECTIONS SIZE\n"
                    "       load PORT broadcast MEMBERS SIZE WARMUP SECONDS\n");
    return 64;
  }
  uint16_t port = (uint16_t)number(argv[1], "PORT", 1, 65535);
  size_t connections = (size_t)number(argv[3], "CONNECTIONS", 1, MAX_CONNECTIONS);
  size_t size = (size_t)number(argv[4], "SIZE", 1, MAX_OUTSTANDING);
  set_up();
  switch (*mode) {
    case 'e':
      echo(port, connections, size, argv + 5);
      break;
    case 's':
      sessions(port, connections, size, argv + 5);
      break;
    case 'b':
      broadcast(port, connections, size, argv + 5);
      break;
    default:
      idle(port, connections, size);
  }
  return 0;
}
