# SPDX-License-Identifier: Apache-2.0
"""What the box does beside the line: the cable, the network with its set-up, the nightly update. The household's page
is not among them yet: beside all else it does not fit the heap.

Each is `service(box, beat)`: a coroutine that calls `beat()` and never returns of itself. One that breaks is begun
again after a while; the line does not notice. What a box in safe mode leaves out stands in `SAFE`.
"""

import asyncio
import sys

import machine

from ringwarden_box.forget import forget

VERSION = "0.1.0"
CHIP = "ESP32-C3"
_IDLE_MS = 8
_IMPROV = ("ringwarden.setup.improv", "ringwarden.setup.networks")  # and these, who speaks Improv
_SET_UP = ("ringwarden.setup.portal", "ringwarden.words.setup_")  # modules that only an open set-up needs
_CLOCK_EVERY_S = 60


async def cable(box, beat) -> None:
    """The serial port: a host's requests and updates, Improv, and MicroPython's prompt for who presses Ctrl-C."""
    from ringwarden.faces.serial.demux import CONSOLE, IMPROV
    from ringwarden.faces.serial.face import Face
    from ringwarden_box.console import Console

    port = Console()
    face = Face(port, box.answers(), box.updates.from_cable, pump=box.meanwhile)
    box.stepped = face.step
    version = ".".join([str(part) for part in sys.implementation[1][:3]])
    before = set(sys.modules)
    told = ("Ringwarden", VERSION, CHIP, sys.implementation[0], version)
    answering: dict = {}  # who answers Improv, and its task

    def improv(packet: bytes) -> None:
        """Loaded when somebody speaks Improv: most boxes never hear it again after their first day."""
        if not answering:
            from ringwarden.setup.improv import Improv

            answering["who"] = Improv(box.setup, box.wifi, told, port.write)
            answering["task"] = asyncio.create_task(answering["who"].run())
        answering["who"].feed(packet)

    def spare() -> None:
        if answering and not box.setup.open:
            answering["task"].cancel()
            answering.clear()
            forget(before, _IMPROV)

    box.spare = spare
    face.demux.register(IMPROV, improv)
    face.demux.register(CONSOLE, port.typed)
    try:
        while True:
            beat()
            await asyncio.sleep_ms(1 if face.step() else _IDLE_MS)
    finally:
        if answering:
            answering["task"].cancel()
        port.close()


async def network(box, beat) -> None:
    """Keep the household's network, or open set-up."""
    from ringwarden.setup.connection import Connection

    before = set(sys.modules)
    running = asyncio.create_task(Connection(box.setup, box.wifi, language=box.language()).run())
    try:
        while not running.done():
            beat()
            await asyncio.sleep(1)
            if not box.setup.open:
                forget(before, _SET_UP)
        await running
    finally:
        running.cancel()


async def nightly(box, beat) -> None:
    """Look for a newer list once a night, and set the clock from the network before."""
    from ringwarden.update.schedule import Schedule

    schedule = Schedule(machine.unique_id(), box.timezone_minutes() * 60)
    due = failures = 0
    waited = _CLOCK_EVERY_S
    while True:
        beat()
        await asyncio.sleep(1)
        if not box.wifi.address() or box.updates.running:
            continue
        now = box.clock.epoch()
        waited += 1
        if not now:
            if waited >= _CLOCK_EVERY_S:
                waited = 0
                box.supervisor.rests("line")  # for as long as a name is looked up the line is a wire
                _set_clock()
            continue
        due = due or schedule.next(now)
        url, box.updates.asked = box.updates.asked, None
        if url is not None or (now >= due and box.updates.url()):
            outcome = box.updates.from_network(url or "")
            failures = failures + 1 if outcome.get("update") in (None, "kept") else 0
            due = schedule.next(box.clock.epoch(), failures)


def _set_clock() -> None:
    """Ask a time server, where MicroPython has a client for it."""
    try:
        import ntptime

        ntptime.settime()
    except (ImportError, OSError):
        pass


UPDATE = ("cable", "nightly")  # in these an update may run
# name, longest silence in ms, service
SAFE = (("cable", 20000, cable), ("network", 60000, network))
ALL = SAFE + (("nightly", 120000, nightly),)
