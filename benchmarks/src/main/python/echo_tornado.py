#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tornado's echo server: the original of Whirlwind's. Prints "READY <port>" and ends when its standard input ends.

usage: echo_tornado.py [--uvloop] [KEYSTORE PASSWORD]

With a key by TLS. Its loop is asyncio's, or uvloop.
"""

import asyncio
import os
import ssl
import subprocess
import sys
import tempfile

from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.tcpserver import TCPServer

READ_SIZE = 4096
TLS_READ_SIZE = 65536
BACKLOG = 1024


class Echo(TCPServer):
    def __init__(self, read_size, **options):
        super().__init__(**options)
        self.read_size = read_size

    async def handle_stream(self, stream, address):
        stream.set_nodelay(True)
        try:
            while True:
                await stream.write(await stream.read_bytes(self.read_size, partial=True))
        except StreamClosedError:
            pass


def tls(keystore, password):
    """Python reads PEM only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0
    pem = subprocess.run(
        ["openssl", "pkcs12", "-in", keystore, "-passin", "pass:" + password, "-nodes"],
        check=True, capture_output=True).stdout
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def exit_at_end_of_input():
    if not os.read(0, 256):
        os._exit(0)


async def main(credentials):
    server = Echo(TLS_READ_SIZE, ssl_options=tls(*credentials)) if credentials else Echo(READ_SIZE)
    sockets = bind_sockets(0, "127.0.0.1", backlog=BACKLOG)
    server.add_sockets(sockets)
    asyncio.get_running_loop().add_reader(0, exit_at_end_of_input)
    print("READY", sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


def run(arguments):
    if arguments[:1] == ["--uvloop"]:
        import uvloop

        uvloop.install()
        arguments = arguments[1:]
    asyncio.run(main(arguments))


run(sys.argv[1:])
