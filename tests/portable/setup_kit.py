# SPDX-License-Identifier: Apache-2.0
"""A box to be set up: memory for its document, networks in the air, a radio that does as told."""

import asyncio

from ringwarden.setup.state import Setup, fresh

FIRST = "K7PM2QXH9TRB"
SERIAL = b"\x24\x6f\x28\x00\x4f\x2a"
AIR = [
    (b"Home", -48, True),
    (b"Cafe", -71, False),
    (b"Home", -80, True),
    (b"", -50, True),
    ("\u5bb6\u91cc\u7684\u7f51".encode(), -60, True),
]


class RamStore:
    """Keeps a document; `fails` makes the next save fail before it wrote anything."""

    def __init__(self, document=None):
        self.document = document
        self.saves = 0
        self.fails = False

    def load(self):
        return self.document

    def save(self, document):
        if self.fails:
            raise OSError(5)
        self.saves += 1
        self.document = dict(document)


class Air:
    """The radio: `passwords` says who lets the box in."""

    def __init__(self, air=AIR, passwords=None):
        self.air = air
        self.passwords = {b"Home": "correct horse"} if passwords is None else passwords
        self.now = ""
        self.asked = []
        self.broken = False
        self.gate = None
        self.point = None

    async def scan(self):
        if self.broken:
            raise OSError(5)
        return self.air

    async def join(self, ssid, password, seconds):
        self.asked.append((ssid, password))
        if self.gate:
            await self.gate.wait()
        await asyncio.sleep(0)
        if self.passwords.get(ssid) != password:
            return False
        self.now = "192.168.1.23"
        return True

    def address(self):
        return self.now

    def point_address(self):
        return "192.168.4.1"

    def start_point(self, name, key):
        self.point = (name, key)

    def stop_point(self):
        self.point = None


def random(count):
    """Bytes that are the same in every run."""
    return bytes([(37 * at + 11) & 255 for at in range(count)])


def labelled_box():
    """A box as `ringwarden flash` leaves it: (its Setup, its store)."""
    store = RamStore(fresh(FIRST, random(16), True, "4f2a"))
    return Setup(store, random, SERIAL), store
