# SPDX-License-Identifier: Apache-2.0
"""Times operations and prints, a line each: its name, and the nanoseconds an operation of every sample."""

import asyncio
import gc
import sys
import time

TIMES = 10_000


def measure(operations):
    """Runs each of the coroutine functions, which do their operation so many times; argv: seconds each."""
    seconds = float(sys.argv[1])
    gc.freeze()
    for operation in operations:
        # A loop each, as the modules' own run functions do.
        samples = asyncio.run(sampled(operation, seconds))
        print(operation.__name__, *(f"{sample:.1f}" for sample in samples), flush=True)


async def sampled(operation, seconds):
    samples = []
    await operation(TIMES)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(samples) < 3:
        start = time.perf_counter_ns()
        await operation(TIMES)
        samples.append((time.perf_counter_ns() - start) / TIMES)
    return samples
