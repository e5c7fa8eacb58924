# SPDX-License-Identifier: Apache-2.0
"""One update of a box whose flash is a file (portable): what a box does at night, to be watched and to be cut short.

    update_main.py SETUP.json

    {"flash": "flash.bin", "size": 65536, "state": "state", "repository": "lists/public",
     "root": "lists/public/metadata/1.root.json", "region": "CN"}

`repository` is a folder or an http:// address, `state` a folder for trusted metadata. Also `name` and `device` of
`ringwarden.update.lists.Wanted`, `now` (seconds since 1970; otherwise this machine's clock), `cut` and `torn`: the
power fails in that erase or program when so many bytes of it are done. A line of JSON tells the outcome, the list in
force and how many erases and programs there were. Exit status 2 when the list in force had to stay, 3 after a cut.
"""

import json
import sys
import time

from flash import FileFlash, PowerCut  # type: ignore[import-not-found]  # this file is a script: see pipe_main

from ringwarden.blocklist.flash import halves
from ringwarden.blocklist.slots import Slots
from ringwarden.update.client import Updater
from ringwarden.update.fetch import FolderFetcher, HttpFetcher
from ringwarden.update.lists import KEPT, ListUpdate, Wanted
from ringwarden.update.store import FileStore

KEPT_STATUS, CUT_STATUS = 2, 3


class Clock:
    """This machine's clock, or one that stands still at `now`."""

    def __init__(self, now: "int | None") -> None:
        self._now = now

    def epoch(self) -> int:
        """Seconds since 1970."""
        return int(time.time()) if self._now is None else self._now

    def ticks_us(self) -> int:
        """Microseconds of a monotonic clock."""
        return time.ticks_us() if hasattr(time, "ticks_us") else time.perf_counter_ns() // 1000


def updater(setup: dict) -> Updater:
    """The client of this box."""
    place = setup["repository"]
    fetcher = HttpFetcher(place) if "://" in place else FolderFetcher(place)
    with open(setup["root"], "rb") as file:
        root = file.read()
    return Updater(FileStore(setup["state"]), fetcher, Clock(setup.get("now")), None, root)


def main(setup: dict) -> int:
    """Update once and say what became of it."""
    flash = FileFlash(setup["flash"], setup["size"])
    if "cut" in setup:
        flash.cut_power(setup["cut"], setup.get("torn", 0))
    slots = Slots(*halves(flash))
    wanted = Wanted(setup["region"], setup.get("name", "main"), setup.get("device", ""))
    try:
        slots.mount()
        outcome = ListUpdate(updater(setup), slots, wanted).run()
        told: dict = {"update": outcome.kind, "code": outcome.code, "explanation": outcome.explanation}
        told.update({"by_delta": outcome.by_delta, "fetched": outcome.fetched, "serial": outcome.serial})
        status = KEPT_STATUS if outcome.kind == KEPT else 0
    except PowerCut:
        told = {"update": "cut"}
        status = CUT_STATUS
    flash.restore_power()
    operations = flash.operations
    blocklist = slots.mount()
    told["trouble"] = slots.trouble
    told["numbers"] = blocklist.count if blocklist else 0
    told["sha256"] = "".join(["{:02x}".format(byte) for byte in slots.active.digest]) if slots.active else ""
    told["operations"] = operations
    print(json.dumps(told))
    flash.close()
    return status


if __name__ == "__main__":
    with open(sys.argv[1]) as _file:
        _setup = json.loads(_file.read())
    sys.exit(main(_setup))
