# SPDX-License-Identifier: Apache-2.0
"""A cable between this network and another one: two devices whose packets go through this program.

Usage: cable.py NETWORK. Prints "ready", then obeys lines of its standard input, and answers each
with itself: "delay MILLISECONDS", "loss PERCENT", "cut", "mend". Its end takes the devices away.
It stands in for the kernel's own netem, which many kernels are built without. Source: tun(4).
"""
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
ENDS = {"ww-near": "10.213.7.1/30", "ww-far": "10.213.7.2/30"}


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


def device(name):
    file = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(file, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return file


def main(network):
    near, far = (device(name) for name in ENDS)
    ip("link", "set", "ww-far", "netns", network)
    for name, place in (("ww-near", ()), ("ww-far", ("-n", network))):
        ip(*place, "addr", "add", ENDS[name], "dev", name)
        ip(*place, "link", "set", name, "up")
    print("ready", flush=True)

    chance = random.Random(1)
    delay, loss, whole = 0.0, 0.0, True
    other = {near: far, far: near}
    on_the_way = []  # (when it arrives, its number, to which end, the packet)
    packets = 0
    while True:
        until = max(0.0, on_the_way[0][0] - time.monotonic()) if on_the_way else None
        for ready in select.select([near, far, 0], [], [], until)[0]:
            if ready == 0:
                line = sys.stdin.readline().strip()
                match line.split():
                    case []:
                        return
                    case ["delay", milliseconds]:
                        delay = float(milliseconds) / 1000
                    case ["loss", percent]:
                        loss = float(percent) / 100
                    case ["cut"]:
                        whole = False
                    case ["mend"]:
                        whole = True
                    case _:
                        sys.exit("cable: unknown: " + line)
                print(line, flush=True)
            else:
                packet = os.read(ready, 65536)
                if whole and chance.random() >= loss:
                    packets += 1
                    heapq.heappush(on_the_way, (time.monotonic() + delay, packets, other[ready], packet))
        while on_the_way and on_the_way[0][0] <= time.monotonic():
            _, _, end, packet = heapq.heappop(on_the_way)
            os.write(end, packet)


main(sys.argv[1])
