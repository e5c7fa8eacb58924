# SPDX-License-Identifier: Apache-2.0
"""The box's program: its tasks under one supervisor, in full or in safe mode."""

import asyncio
import gc
import os
import sys
import time

import machine

import ringwarden_box
from ringwarden.setup.file_store import FileStore
from ringwarden.setup.state import Setup
from ringwarden.setup.wlan import Wlan
from ringwarden.supervisor import Supervisor
from ringwarden_box import board as esp32
from ringwarden_box import services
from ringwarden_box.breath import breathe
from ringwarden_box.updating import Updates
from ringwarden_loader import choice, startup
from ringwarden_loader.record import SAFE

WATCHDOG_MS = 8000
CHECK_MS = 500
LINE_SILENCE_MS = 2000
UP_BLOCKS = 1000  # the box has come up when it has served the line for 10 s
AGAIN_S = 30  # after which a service that broke is begun again

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Box:
    """What runs, and what the services need of it. `safe`: the line stays a wire, and everything else goes on."""

    def __init__(self, safe: bool) -> None:
        self.safe = safe
        self.watchdog = machine.WDT(timeout=WATCHDOG_MS)
        self.supervisor = Supervisor(self.watchdog.feed, time.ticks_ms, time.ticks_diff, self._alarm)
        self.settings_trouble = "" if esp32.mount_settings() else "settings"
        self.broken: "dict[str, str]" = {}  # service: what it ended with last
        self.clock = esp32.EspClock()
        self.board: "Any" = None
        self.appliance: "Any" = None
        self.updating: "list[str]" = []  # services in which an update may run
        self.spare = _nothing  # gives back what nobody uses at the moment, before an update takes the memory
        self.stepped = _nothing  # the cable's own step, for an update that waits

    def build(self) -> None:
        """What the line needs first, then the rest; in safe mode the line is not touched."""
        self.household, trouble = esp32.household()
        self.settings_trouble = self.settings_trouble or trouble
        standing, flashes = esp32.standing_list()
        self.household.blocklist = standing
        if self.safe:
            ringwarden_box.reserve.clear()
        else:
            from ringwarden.appliance import Appliance

            self.board = esp32.Board()
            ringwarden_box.reserve.clear()
            gc.collect()
            self.appliance = Appliance(self.board, self.household)
        country = self.household.home.country
        self.updates = Updates(standing, flashes, self.clock, country, self)
        self.setup = Setup(FileStore(esp32.SETTINGS + "/setup.json"), os.urandom, machine.unique_id())
        import network

        self.wifi = Wlan(network, self.setup.hostname)

    # -- what the services ask ----------------------------------------------------------------------------------------

    def meanwhile(self) -> None:
        """What goes on while an update computes or waits: the cable, the line, the watchdog, the page.

        Should the update loop without coming here, the watchdog is not fed any more and ends it.
        """
        for name in self.updating:
            self.supervisor.beat(name)
        self.stepped()
        breathe()

    def language(self) -> str:
        """In which the box speaks of itself."""
        return self.household.language

    def timezone_minutes(self) -> int:
        """East of Greenwich."""
        return self.household.timezone_minutes

    def answers(self) -> dict:
        """The requests that this box answers over its cable."""
        return {"hello": self._hello, "status": self._status, "reboot": self._reboot, "update.fetch": self._fetch}

    def _hello(self, request: dict) -> dict:
        esp32.set_clock(request.get("now"))
        return {"box": "esp32", "link": 1, "mode": "safe" if self.safe else "normal"}

    def _status(self, request: dict) -> dict:
        active = self.updates.standing.slots.active
        return {
            "mode": "safe" if self.safe else "normal",
            "application": startup.in_use(),
            "trouble": self.updates.standing.trouble,
            "settings": self.settings_trouble,
            "broken": self.broken,
            "sha256": "".join(["{:02x}".format(byte) for byte in active.digest]) if active else "",
            "numbers": self.updates.standing.count,
            "heap_free": gc.mem_free(),
            "address": self.wifi.address(),
            "blocks": self.board.line.blocks if self.board else 0,
            "starved": self.board.line.pump.starved if self.board else 0,
            "updating": self.updates.running,
            "update": self.updates.last,
        }

    def _fetch(self, request: dict) -> dict:
        """Look for an update in the network now; what becomes of it stands in the status."""
        if not self.wifi.address():
            return {"error": "network", "text": "this box has no network: set it up first"}
        self.updates.asked = str(request.get("url", ""))
        return {}

    def _reboot(self, request: dict) -> dict:
        asyncio.create_task(self._soon())
        return {}

    async def _soon(self) -> None:
        await asyncio.sleep(1)  # the answer still leaves
        machine.reset()

    def list_changed(self, outcome) -> None:
        """What became of an update, for the journal."""
        if self.appliance is not None:
            self.appliance.list_changed(outcome)

    # -- tasks --------------------------------------------------------------------------------------------------------

    def _alarm(self, name: str) -> None:
        """A task hangs: let go of the line, write its name down, wait for the watchdog."""
        self.let_go()
        try:
            boots = startup.record()
            boots.write(choice.noted(boots.state, name))
        except Exception:  # no flash, no memory: the watchdog ends it all the same
            pass

    def let_go(self) -> None:
        """The line is a wire."""
        if self.board is not None:
            self.board.line.wire_phone(True)
            self.board.line.seize(False)

    def serve_line(self) -> None:
        """The line's own task, which beats with every block. Its end is the box's."""
        self.board.line.beat = lambda: self.supervisor.beat("line")
        self.supervisor.watch("line", LINE_SILENCE_MS)
        asyncio.create_task(self._line())

    async def _line(self) -> None:
        error = None
        try:
            await self.appliance.run()
        except Exception as caught:
            error = caught
            sys.print_exception(caught)
        self.supervisor.ended("line", error)

    def serve(self, name: str, silence_ms: int, service) -> None:
        """Run a service, again and again if it must be."""
        self.supervisor.watch(name, silence_ms)
        if name in services.UPDATE:
            self.updating.append(name)
        asyncio.create_task(self._again(name, service))

    async def _again(self, name: str, service) -> None:
        while True:
            try:
                await service(self, lambda: self.supervisor.beat(name))
                self.broken[name] = "ended"
            except Exception as error:
                self.broken[name] = type(error).__name__
                sys.print_exception(error)
                del error
            gc.collect()
            self.supervisor.rests(name)
            await asyncio.sleep(AGAIN_S)

    async def supervise(self) -> None:
        """Feed the watchdog, note that the box came up, end safe mode when its time is over."""
        up = False
        state = startup.record().state
        began = time.ticks_ms()
        while True:
            self.supervisor.check()
            if self.safe:
                if time.ticks_diff(time.ticks_ms(), began) > choice.retry_minutes(state) * 60000:
                    startup.write(choice.retry(state))
                    machine.reset()
            elif not up and not self.supervisor.failed and self.board.line.blocks >= UP_BLOCKS:
                up = True
                self._came_up()
            await asyncio.sleep_ms(CHECK_MS)

    def _came_up(self) -> None:
        boots = startup.record()
        if boots.state.failed or boots.state.tries:
            boots.write(choice.came_up(boots.state))
        gc.collect()
        print("Ringwarden: up,", gc.mem_free(), "bytes free")


def _nothing() -> None:
    """Until the cable is served."""


async def _main(box: Box, chosen) -> None:
    box.build()
    if not box.safe:
        box.serve_line()
    print("Ringwarden: {} mode, application {}".format("safe" if box.safe else "normal", startup.in_use()))
    for name, silence_ms, service in chosen:
        box.serve(name, silence_ms, service)
    await box.supervise()


def run() -> None:
    """Serve the line until a reset. In safe mode nothing of the line is touched: no codec, no relay, no timer.

    KeyboardInterrupt when somebody at the cable asked for MicroPython's prompt: the line is a wire then.
    """
    box = Box(startup.record().state.mode == SAFE)
    try:
        asyncio.run(_main(box, services.SAFE if box.safe else services.ALL))
    except KeyboardInterrupt:
        box.let_go()
        # The watchdog cannot be stopped: whoever works at the prompt is not cut off.
        machine.Timer(1).init(period=1000, mode=machine.Timer.PERIODIC, callback=lambda _: box.watchdog.feed())
        raise
