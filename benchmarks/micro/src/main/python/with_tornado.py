# SPDX-License-Identifier: Apache-2.0
"""The operations of whirlwind.benchmarks.micro.Operations, by Tornado's own primitives."""

import asyncio

from measure import measure
from tornado import gen, locks, queues
from tornado.concurrent import Future
from tornado.ioloop import IOLoop


async def lock(times):
    await take_and_give(locks.Lock(), times)


async def semaphore(times):
    await take_and_give(locks.Semaphore(1), times)


async def take_and_give(lock, times):
    for _ in range(times):
        async with lock:
            pass


async def lockContended(times):
    await contended(locks.Lock(), times)


async def semaphoreContended(times):
    await contended(locks.Semaphore(1), times)


async def contended(lock, times):
    await lock.acquire()
    await both_once_ready(lambda: take_and_give(lock, times // 2), lock.release)


async def queue(times):
    await move(queues.Queue(1000), times)


async def queueOfOne(times):
    await move(queues.Queue(1), times)


async def move(queue, times):
    async def put_all():
        item = object()
        for _ in range(times):
            await queue.put(item)

    putter = gen.convert_yielded(put_all())
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
        await gen.convert_yielded(nothing())


async def chainOfTen(times):
    add_future = IOLoop.current().add_future
    for _ in range(times):
        first = last = Future()
        for _ in range(9):
            following = Future()
            add_future(last, lambda done, following=following: following.set_result(done.result() + 1))
            last = following
        first.set_result(0)
        await last


async def both_once_ready(work, ready):
    tasks = [gen.convert_yielded(work()), gen.convert_yielded(work())]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    ready()
    await gen.multi(tasks)


measure([lock, lockContended, semaphore, semaphoreContended, queue, queueOfOne, switchOver, spawnAndJoin, chainOfTen])
