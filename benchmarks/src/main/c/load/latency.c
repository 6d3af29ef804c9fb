// SPDX-License-Identifier: Apache-2.0
// A histogram with buckets that grow with their values.

#include <string.h>

#include "load.h"

enum {
  SUB_BUCKETS = 64,  // a latency is known to 1/64 of itself
  BUCKETS = 64 * SUB_BUCKETS
};

static uint64_t latencies[BUCKETS], count;

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

void latency_clear(void) {
  memset(latencies, 0, sizeof latencies);
  count = 0;
}

void latency_add(uint64_t nanos) {
  latencies[bucket(nanos)]++;
  count++;
}

double latency_percentile_micros(double share) {
  uint64_t wanted = (uint64_t)((double)count * share), seen = 0;
  for (size_t i = 0; i < BUCKETS; i++) {
    seen += latencies[i];
    if (seen > wanted) return bucket_micros(i);
  }
  return 0;
}
