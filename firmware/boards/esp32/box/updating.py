# SPDX-License-Identifier: Apache-2.0
"""Updates of the list: from the cable when a host asks for one, from the network at night."""

import gc
import json
import os
import sys

from ringwarden.faces.serial.face import Milliseconds
from ringwarden.faces.serial.updating import Attentive
from ringwarden_box.forget import forget

PLACES = ("/settings/update.json", "/app/update.json")  # {"url": …, "region": …, "name": …}, the first one there counts
ROOTS = ("/settings/root.json", "/app/root.json")  # a box keeps its own when its application changes
STATE = "/settings/tuf"
_ONLY_THEN = ("ringwarden.update", "ringwarden.strict_json", "ringwarden.canonical")  # modules given up afterwards


def attentive(flash) -> Attentive:
    """A flash of the list's slots that lets other tasks run while an update reads and writes it."""
    return Attentive(flash, Milliseconds())


def plan() -> dict:
    """Where this box gets its lists; {} when nobody has said so."""
    try:
        found = json.loads(_first(PLACES))
        return found if isinstance(found, dict) else {}
    except ValueError:
        return {}


def _first(paths: "tuple[str, ...]") -> bytes:
    """What stands in the first of these files that is there, b"" when none is."""
    for path in paths:
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError:
            pass
    return b""


class Updates:
    """One at a time. `flashes` are the attentive ones below `standing`; of `box` they need `spare()` before,
    `meanwhile()` now and then, `list_changed(outcome)` after."""

    def __init__(self, standing, flashes: tuple, clock, country: str, box) -> None:
        self.standing = standing
        self._flashes = flashes
        self._clock = clock
        self._country = country
        self._box = box
        self.running = False
        self.last: "dict | None" = None
        self.asked: "str | None" = None  # somebody wants an update from the network, from this repository ("": its own)

    def url(self) -> str:
        """The repository that this box asks at night, "" for none."""
        return plan().get("url", "")

    def from_cable(self, fetcher) -> dict:
        """For `Face(update=…)`: the host has the files."""
        return self._run(lambda: fetcher)

    def from_network(self, url: str = "") -> dict:
        """From the repository at `url`, or from the box's own."""

        def fetcher():
            from ringwarden.update.patient import PatientFetcher

            return PatientFetcher(url or self.url(), self._box.meanwhile)

        return self._run(fetcher)

    def _run(self, make_fetcher) -> dict:
        if self.running:
            return {"error": "busy", "text": "another update is running: wait until it has ended"}
        self.running = True
        self._box.spare()
        gc.collect()
        before = set(sys.modules)
        for flash in self._flashes:
            flash.meanwhile = self._box.meanwhile
        try:
            self.last = self._update(make_fetcher())
            return self.last
        finally:
            for flash in self._flashes:
                flash.meanwhile = _nothing
            forget(before, _ONLY_THEN)
            gc.collect()
            self.running = False

    def _update(self, fetcher) -> dict:
        from ringwarden.faces.serial.updating import told
        from ringwarden.update.client import Updater
        from ringwarden.update.lists import ListUpdate, Wanted
        from ringwarden.update.store import FileStore

        root = _first(ROOTS)
        if not root:
            return {"error": "root", "text": "this box trusts no repository: flash it with --root"}
        try:
            os.mkdir(STATE)
        except OSError:
            pass  # it is there; when it cannot be made, the store says so
        at = plan()
        wanted = Wanted(at.get("region") or self._country, at.get("name") or "main")
        updater = Updater(FileStore(STATE), fetcher, self._clock, None, root)
        outcome = self.standing.update(ListUpdate(updater, self.standing.slots, wanted))
        self._box.list_changed(outcome)
        return told(outcome)


def _nothing() -> None:
    """Nobody waits while no update runs."""
