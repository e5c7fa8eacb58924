# SPDX-License-Identifier: Apache-2.0
"""A box that is set up over a serial line (portable): `setup_main.py SETUP.json`.

    {"port": "/dev/pts/7", "store": "setup.json", "networks": [{"ssid": "Home", "dbm": -50, "password": "…"}],
     "serial": "246f28004f2a", "join_ms": 50, "http": 8080, "dns": 5300, "mdns": 5353}

`port` is a terminal in raw mode. With `http` and `dns` the set-up page and its name server answer on these ports of
127.0.0.1, with `mdns` the box's name does. Each may be left out. Runs until it is killed.
"""

import asyncio
import json
import os
import select
import sys

from air import Air  # type: ignore[import-not-found]  # this file is a script: see pipe_main

from ringwarden.setup import mdns
from ringwarden.setup.file_store import FileStore
from ringwarden.setup.improv import Improv
from ringwarden.setup.mdns import Responder
from ringwarden.setup.portal import Portal
from ringwarden.setup.state import Setup


class Terminal:
    """The serial line: bytes without waiting."""

    def __init__(self, path: str) -> None:
        self.file = open(path, "r+b", 0)
        self.poll = select.poll()
        self.poll.register(self.file, select.POLLIN)

    def read(self) -> bytes:
        """What came, b"" when nothing did. One by one: MicroPython's read waits until it has all it was asked for."""
        data = b""
        while len(data) < 256 and self.poll.poll(0):
            byte = self.file.read(1)
            if not byte:
                break
            data += byte
        return data

    def write(self, data: bytes) -> None:
        """Send all of it."""
        while data:
            data = data[self.file.write(data) :]


async def serve(plan: dict) -> None:
    """Answer Improv on the port, phones on the page."""
    air = Air(plan["networks"], join_ms=plan.get("join_ms", 50))
    setup = Setup(FileStore(plan["store"]), os.urandom, bytes.fromhex(plan["serial"]))
    version = ".".join([str(part) for part in sys.implementation.version[:3]])
    tasks = []
    if "http" in plan:
        tasks.append(asyncio.create_task(Portal(setup, air).run(plan["http"], plan["dns"])))
    if "port" in plan:
        tasks.append(asyncio.create_task(talk(plan["port"], setup, air, version)))
    if "mdns" in plan:
        responder = Responder(setup.hostname, setup.name, plan.get("http", 80))
        tasks.append(asyncio.create_task(mdns.serve(responder, "127.0.0.1", port=plan["mdns"])))
    for task in tasks:
        await task


async def talk(port: str, setup: Setup, air: Air, version: str) -> None:
    """Answer Improv on a terminal."""
    terminal = Terminal(port)
    info = ("Ringwarden", "0.1.0", "ESP32-C3", sys.implementation.name, version)
    box = Improv(setup, air, info, terminal.write)
    task = asyncio.create_task(box.run())
    while not task.done():
        data = terminal.read()
        if data:
            box.feed(data)
        await asyncio.sleep(0.005)
    await task


if __name__ == "__main__":
    with open(sys.argv[1]) as plan_file:
        asyncio.run(serve(json.loads(plan_file.read())))
