# SPDX-License-Identifier: Apache-2.0
"""The box in the household's network: from set-up to the first address, after losses, with ports that are taken."""

import asyncio
import socket

from setup_kit import Air, labelled_box

from ringwarden.setup import connection, portal
from ringwarden.setup.connection import Connection


class Quick:
    """Pauses so short that a test can wait for them."""

    def __enter__(self):
        self.kept = connection.LOOK_SECONDS, connection.PAUSE_SECONDS, portal.FAREWELL_SECONDS
        connection.LOOK_SECONDS, connection.PAUSE_SECONDS, portal.FAREWELL_SECONDS = 0.02, (0.02,), 0.1

    def __exit__(self, *_):
        connection.LOOK_SECONDS, connection.PAUSE_SECONDS, portal.FAREWELL_SECONDS = self.kept


class House(Air):
    """Everything is this machine's loopback."""

    def point_address(self):
        return "127.0.0.1"

    async def join(self, ssid, password, seconds):
        good = await Air.join(self, ssid, password, seconds)
        self.now = "127.0.0.1" if good else ""
        return good


async def until(true, what):
    for _ in range(200):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(what)


async def stop(task):
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass
    await asyncio.sleep(0.05)


def test_from_set_up_to_a_lost_router():
    async def run():
        setup, _ = labelled_box()
        house = House()
        box = Connection(setup, house, portal_port=18441)
        task = asyncio.create_task(box.run(18442, 18443))
        await until(lambda: house.point is not None, "no set-up network")
        assert not house.asked and "name" not in box._tasks
        assert await house.join(b"Home", "correct horse", 1)
        setup.close(b"Home", "correct horse")
        await until(lambda: house.point is None, "the set-up network stays")
        await until(lambda: "name" in box._tasks, "the box does not say its name")
        house.now = ""  # the router restarts, and knows the box no more for a while
        house.passwords = {}
        await until(lambda: len(house.asked) >= 4, "no further tries")
        assert "name" not in box._tasks and house.point is None and not setup.open
        house.passwords = {b"Home": "correct horse"}
        await until(lambda: house.now, "it does not come back")
        await until(lambda: "name" in box._tasks, "no name after it came back")
        setup.reopen()  # the button
        await until(lambda: house.point is not None, "no set-up network after the button")
        await stop(task)
        assert house.point is None and not box._tasks

    with Quick():
        asyncio.run(run())


def test_unused_button():
    async def run():
        setup, store = labelled_box()
        setup.shut()
        assert setup.open  # a new box waits as long as it must
        setup.close(b"Home", "correct horse")
        setup.reopen()
        house = House()
        task = asyncio.create_task(Connection(setup, house, portal_port=18447).run(18448, 18449))
        await until(lambda: house.now and house.point is not None, "the known network or the set-up network is missing")
        await until(lambda: not setup.open and house.point is None, "set-up stays open")
        assert house.asked == [(b"Home", "correct horse")] and store.document["ssid"] == "486f6d65"
        await stop(task)

    connection.REOPENED_SECONDS, kept = 0.5, connection.REOPENED_SECONDS
    try:
        with Quick():
            asyncio.run(run())
    finally:
        connection.REOPENED_SECONDS = kept


def test_taken_ports_do_not_end_the_program():
    async def run():
        taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        taken.bind(socket.getaddrinfo("127.0.0.1", 18445)[0][-1])
        setup, _ = labelled_box()
        setup.close(b"Home", "correct horse")
        house = House()
        box = Connection(setup, house, portal_port=18444)
        task = asyncio.create_task(box.run(18446, 18445))
        await until(lambda: box.faults, "no fault counted")
        await asyncio.sleep(0.1)
        assert not task.done() and house.now and box.faults == 1  # not tried for ever
        await stop(task)
        taken.close()

    with Quick():
        asyncio.run(run())
