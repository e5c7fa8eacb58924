# SPDX-License-Identifier: Apache-2.0
"""Keeps the box in the household's network: joins again after every loss, opens the set-up network while set-up is
open, says the box's name while there is an address. A box's program runs `Connection.run` beside its other tasks.
"""

import asyncio

from ringwarden.setup import mdns

JOIN_SECONDS = 25
PAUSE_SECONDS = (5, 10, 30, 60, 300)  # between tries: a router that starts needs a minute, a night's failure few tries
LOOK_SECONDS = 1
REOPENED_SECONDS = 900  # how long the button opens set-up for


class Connection:
    """`setup` and `wifi` as for Improv; `port` is the page's. `faults` counts tasks that ended with an error."""

    def __init__(self, setup, wifi, port: int = 80, language: str = "zh", portal_port: int = 80) -> None:
        self.setup = setup
        self.wifi = wifi
        self.port = port
        self.portal_port = portal_port
        self.language = language
        self.faults = 0
        self._tasks: "dict[str, asyncio.Task]" = {}
        self._saying: "tuple[str, str, str]" = ("", "", "")

    async def run(self, dns_port: int = 53, mdns_port: int = mdns.PORT) -> None:
        """Until cancelled; then the set-up network is closed and the name said goodbye to."""
        self.dns_port, self.mdns_port = dns_port, mdns_port
        tries = 0
        wait = opened = 0
        try:
            while True:
                opened = opened + LOOK_SECONDS if self.setup.open else 0
                if opened > REOPENED_SECONDS:
                    self._shut()
                self._look()
                if self.wifi.address():
                    tries = wait = 0
                elif self.setup.network() and not (self.setup.open and tries):
                    # While set-up is open one try is enough: then the radio belongs to whoever sets the box up.
                    wait -= LOOK_SECONDS
                    if wait < 0:
                        await self._join()
                        wait = PAUSE_SECONDS[min(tries, len(PAUSE_SECONDS) - 1)]
                        tries += 1
                        continue
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for name in list(self._tasks):
                self._stop(name)
            await asyncio.sleep(0)  # for their farewells

    def _shut(self) -> None:
        try:
            self.setup.shut()
        except OSError:
            self.faults += 1

    async def _join(self) -> None:
        ssid, password = self.setup.network()
        try:
            await self.wifi.join(ssid, password, JOIN_SECONDS)
        except OSError:
            self.faults += 1

    def _look(self) -> None:
        """Start and stop what belongs to the state that set-up and radio are in."""
        for name in list(self._tasks):
            if self._tasks[name].done():
                self.faults += 0 if name == "portal" and not self.setup.open else 1
                del self._tasks[name]
        if self.setup.open and "portal" not in self._tasks:
            from ringwarden.setup.portal import Portal  # a box that is set up spares the memory

            portal = Portal(self.setup, self.wifi, self.language)
            self._start("portal", portal.run(self.portal_port, self.dns_port))
        saying = (self.wifi.address(), self.setup.hostname, self.setup.name)
        if saying != self._saying or not saying[0]:
            self._stop("name")
        if saying[0] and "name" not in self._tasks and saying != self._saying:
            responder = mdns.Responder(saying[1], saying[2], self.port)
            self._start("name", mdns.serve(responder, saying[0], port=self.mdns_port))
        self._saying = saying

    def _start(self, name: str, work) -> None:
        self._tasks[name] = asyncio.create_task(_quietly(work))

    def _stop(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        if task:
            task.cancel()


async def _quietly(work) -> None:
    """A port that is taken ends one task, not the box's program."""
    try:
        await work
    except OSError:
        pass
