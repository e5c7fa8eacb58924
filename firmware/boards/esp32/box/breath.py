# SPDX-License-Identifier: Apache-2.0
"""How something long goes on without the box standing still: it lets the other tasks run for a moment now and then.

An update computes and waits for minutes, all in one call. MicroPython's event loop may be entered again from inside a
task; that is done here, so the line, the watchdog and the page keep their turns.
"""

import asyncio
from asyncio import core

_inside = [False]


async def _moment() -> None:
    await asyncio.sleep_ms(0)


def breathe() -> None:
    """Run every task that is due, once; not those that call this. Harmless when called from inside itself."""
    if _inside[0]:
        return
    _inside[0] = True
    mine = core.cur_task
    try:
        core.run_until_complete(core.create_task(_moment()))
    finally:
        core.cur_task = mine
        _inside[0] = False
