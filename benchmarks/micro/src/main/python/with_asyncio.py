# SPDX-License-Identifier: Apache-2.0
"""The operations of whirlwind.benchmarks.micro.Operations, by Python's asyncio."""

import asyncio

from measure import measure


async def lock(times):
    await take_and_give(asyncio.Lock(), times)


async def semaphore(times):
    await take_and_give(asyncio.Semaphore(1), times)


async def take_and_give(lock, times):
    for _ in range(times):
        async with lock:
            pass


async def lockContended(times):
    await contended(asyncio.Lock(), times)


async def semaphoreContended(times):
    await contended(asyncio.Semaphore(1), times)


async def contended(lock, times):
    await lock.acquire()
    await both_once_ready(lambda: take_and_give(lock, times // 2), lock.release)


async def queue(times):
    await move(asyncio.Queue(1000), times)


async def queueOfOne(times):
    await move(asyncio.Queue(1), times)


async def move(queue, times):
    async def put_all():
        item = object()
        for _ in range(times):
            await queue.put(item)

    putter = asyncio.create_task(put_all())
    for _ in range(times):
        await queue.get()
    await putter


async def switchOver(times):
    async def give_way():
        for _ in range(times // 2):
            await asyncio.sleep(0)

    await both_once_ready(give_way, lambda: None)


async def spawnAndJoin(times):
    async def nothing():
        pass

    for _ in range(times):
        await asyncio.create_task(nothing())


async def chainOfTen(times):
    new_future = asyncio.get_running_loop().create_future
    for _ in range(times):
        first = last = new_future()
        for _ in range(9):
            following = new_future()
            last.add_done_callback(lambda done, following=following: following.set_result(done.result() + 1))
            last = following
        first.set_result(0)
        await last


async def both_once_ready(work, ready):
    tasks = [asyncio.create_task(work()), asyncio.create_task(work())]
    await asyncio.sleep(0)
    ready()
    await asyncio.gather(*tasks)


measure([lock, lockContended, semaphore, semaphoreContended, queue, queueOfOne, switchOver, spawnAndJoin, chainOfTen])
