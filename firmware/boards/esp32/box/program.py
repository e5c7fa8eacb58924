# SPDX-License-Identifier: Apache-2.0
"""The box's program: its tasks under one supervisor, in full or in safe mode."""

import asyncio
import gc
import time

import machine

import ringwarden_box
from ringwarden.appliance import Appliance
from ringwarden.supervisor import Supervisor
from ringwarden_box import board as esp32
from ringwarden_loader import choice, startup
from ringwarden_loader.record import SAFE

WATCHDOG_MS = 8000
CHECK_MS = 500
LINE_SILENCE_MS = 2000
UP_BLOCKS = 1000  # the box has come up when it has served the line for 10 s

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Box:
    """What runs. `services` are pairs (name, longest silence in ms, coroutine function of the box and its beat)."""

    def __init__(self, safe: bool) -> None:
        self.safe = safe
        self.watchdog = machine.WDT(timeout=WATCHDOG_MS)
        self.supervisor = Supervisor(self.watchdog.feed, time.ticks_ms, time.ticks_diff, self._alarm)
        self.settings_trouble = "" if esp32.mount_settings() else "settings"
        self.board: "Any" = None
        self.appliance: "Appliance | None" = None

    def _alarm(self, name: str) -> None:
        """A task hangs: let go of the line, write its name down, wait for the watchdog."""
        if self.board is not None:
            self.board.line.wire_phone(True)
            self.board.line.seize(False)
        try:
            boots = startup.record()
            boots.write(choice.noted(boots.state, name))
        except Exception:  # no flash, no memory: the watchdog ends it all the same
            pass

    def build(self) -> None:
        """Everything that serves the line."""
        household, trouble = esp32.household()
        self.settings_trouble = self.settings_trouble or trouble
        household.blocklist = esp32.standing_list()
        self.board = esp32.Board()
        ringwarden_box.reserve.clear()
        gc.collect()
        self.appliance = Appliance(self.board, household)

    async def _guard(self, name: str, task) -> None:
        error = None
        try:
            await task
        except Exception as caught:
            error = caught
            import sys

            sys.print_exception(caught)
        self.supervisor.ended(name, error)

    def start(self, name: str, silence_ms: int, task) -> None:
        """Run a task that must not end. It calls `supervisor.beat(name)` at least every `silence_ms`."""
        self.supervisor.watch(name, silence_ms)
        asyncio.create_task(self._guard(name, task))

    def serve_line(self) -> None:
        """The line's own task, which beats with every block."""
        self.board.line.beat = lambda: self.supervisor.beat("line")
        self.start("line", LINE_SILENCE_MS, self.appliance.run())

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


async def _main(services) -> None:
    box = Box(startup.record().state.mode == SAFE)
    if not box.safe:
        box.build()
        box.serve_line()
    print("Ringwarden: {} mode, application {}".format("safe" if box.safe else "normal", startup.in_use()))
    for name, silence_ms, service in services:
        box.start(name, silence_ms, service(box))
    await box.supervise()


def run(services=()) -> None:
    """Serve the line until a reset. In safe mode nothing of the line is touched: no codec, no relay, no timer."""
    asyncio.run(_main(services))
