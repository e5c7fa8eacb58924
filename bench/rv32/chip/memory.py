# SPDX-License-Identifier: Apache-2.0
# Runs on the machine, behind what machine.py puts before it: bytes of heap that each part of the application takes.
import gc

# Collected only when memory is full, imports leave what they keep scattered over the heap, and no room in one piece for
# a decoder: a box sets this before its first import.
gc.threshold(THRESHOLD)


def step(name):
    global taken
    gc.collect()
    now = gc.mem_alloc()
    print(name, now - taken)
    taken = now


gc.collect()
taken = gc.mem_alloc()
import _ringwarden

step("module")

from ringwarden import native

step("binding")

import ringwarden.appliance
import ringwarden.household

step("core")

household = ringwarden.household.Household.from_document({"version": 1, "home": {"area_code": "010"}})
from ringwarden.numbers import key, normalise

key(normalise("138 0013 8000", household.home))
step("household")


class Board:
    rate = 8000
    store = clock = line = None

    def __init__(self):
        self.store = self.clock = self.line = self

    def lines(self):
        return iter(())

    def append(self, line):
        pass

    def epoch(self):
        return 0

    def wire_phone(self, through):
        pass


appliance = ringwarden.appliance.Appliance(Board(), household)
step("appliance")

if "lists" in PARTS:
    import ringwarden.blocklist
    import ringwarden.blocklist.slots

    step("lists")
    import ringwarden.blocklist.delta
    import ringwarden.update.metadata
    import ringwarden.update.trust

    step("update")
print("free", gc.mem_free())
