# SPDX-License-Identifier: Apache-2.0
"""A repository, a mirror that may lie, and a box: the whole way of a list, in memory but for the repository."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from update_kit import Listing, answers, expected, flash_for, mounted, questions

from ringwarden.update.client import Updater
from ringwarden.update.errors import FetchError, NotFound
from ringwarden.update.limits import Limits
from ringwarden.update.lists import ListUpdate, Outcome, Wanted
from ringwarden_tools.repository.create import Plan, create
from ringwarden_tools.repository.folder import Folder
from ringwarden_tools.repository.keys import Secrets
from ringwarden_tools.repository.lists import add
from ringwarden_tools.repository.publish import publish

PASSPHRASE = "a long enough passphrase"


class Clock:
    """A clock that goes as it is told."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.us = 0

    def epoch(self) -> int:
        return self.now

    def ticks_us(self) -> int:
        return self.us

    def wait(self, seconds: float) -> None:
        self.us += int(seconds * 1e6)
        self.now += int(seconds) if self.now else 0


class Store:
    """Trusted metadata in memory; `power` is told before and after each change, and may fail there."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.power: Callable[[], None] = lambda: None

    def load(self, name: str) -> bytes | None:
        return self.files.get(name)

    def save(self, name: str, data: bytes) -> None:
        self.power()
        self.files[name] = bytes(data)
        self.power()

    def delete(self, name: str) -> None:
        self.power()
        self.files.pop(name, None)
        self.power()


class Stream:
    """One file on its way."""

    def __init__(self, mirror: "Mirror", path: str, data: bytes) -> None:
        self.mirror = mirror
        self.path = path
        self.data = data
        self.at = 0

    def read(self, n: int) -> bytes:
        if self.path in self.mirror.endless:
            return b" " * n
        if self.path in self.mirror.slow:
            self.mirror.clock.wait(20)
            n = 1
        piece = self.data[self.at : self.at + n]
        self.at += len(piece)
        return piece

    def close(self) -> None:
        pass


class Mirror:
    """A fetcher over files in memory: what the repository serves, and what an attacker changed.

    `endless` and `slow` name paths that never end or hardly move; `asked` is what was asked for and came.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.files: dict[str, bytes] = {}
        self.endless: set[str] = set()
        self.slow: set[str] = set()
        self.down = False
        self.asked: list[str] = []

    def load(self, public: Path) -> None:
        """Serve this folder, as a mirror copies it."""
        self.files = {str(p.relative_to(public)): p.read_bytes() for p in public.rglob("*") if p.is_file()}

    def open(self, path: str) -> Stream:
        if self.down:
            raise FetchError(path + ": no connection")
        if path not in self.files:
            raise NotFound(path)
        self.asked.append(path)
        return Stream(self, path, self.files[path])

    def find(self, ending: str) -> str:
        """The newest path that ends so."""
        found = [path for path in self.files if path.endswith(ending)]
        return max(found, key=lambda path: int("0" + path.rsplit("/", 1)[1].split(".")[0]) if "metadata" in path else 0)


class World:
    """`old` is in force in the box; what is added to `folder` reaches the mirror by `publish`."""

    def __init__(self, base: Path, place: Path, lists: dict[str, Listing], now: int, **wanted: str) -> None:
        shutil.copytree(base, place)
        self.place = place
        self.lists = lists
        self.clock = Clock(now)
        self.mirror = Mirror(self.clock)
        self.store = Store()
        self.limits = Limits()
        self.wanted = Wanted("CN", **wanted)
        self.flash = flash_for(*lists.values(), spare=2)
        self.root = (place / "public/metadata/1.root.json").read_bytes()
        self.asked = questions(*lists.values())
        self.mirror.load(place / "public")

    @property
    def folder(self) -> Folder:
        """The repository, with all its keys at hand: what its owner has, or a thief."""
        return Folder(self.place, Secrets())

    def thief(self) -> Folder:
        """A copy of the repository in the hands of somebody who has stolen keys; the owner's own stays as it is."""
        copy = self.place.parent / "thief"
        shutil.copytree(self.place, copy)
        return Folder(copy, Secrets())

    def add(self, name: str, region: str = "CN", list_name: str = "main", device: str = "", deltas: int = 5) -> None:
        """Sign a list."""
        file = self.place.parent / f"{name}.rwl"
        file.write_bytes(self.lists[name].data)
        assert add(self.folder, file, region, list_name, device, deltas)

    def publish(self) -> None:
        """Make everything visible on the mirror."""
        publish(self.folder)
        self.mirror.load(self.place / "public")

    def update(self) -> Outcome:
        """The box starts and updates once."""
        slots, _ = mounted(self.flash)
        updater = Updater(self.store, self.mirror, self.clock, self.limits, self.root)
        self.mirror.asked.clear()
        return ListUpdate(updater, slots, self.wanted).run()

    def in_force(self) -> str:
        """The name of the list that the box answers with after a start, "" for none."""
        _, blocklist = mounted(self.flash)
        given = answers(blocklist, self.asked)
        if blocklist is None:
            return ""
        return next(name for name, item in self.lists.items() if given == expected(item, self.asked))

    def edit(self, path: str, change: Callable[[dict[str, Any]], None]) -> None:
        """What somebody without keys can do to metadata on the mirror."""
        whole = json.loads(self.mirror.files[path])
        change(whole["signed"])
        self.mirror.files[path] = json.dumps(whole, separators=(",", ":"), sort_keys=True).encode()


def make_base(place: Path, regions: tuple[str, ...] = ("CN", "DE"), **thresholds: tuple[int, int]) -> Path:
    """A repository without lists."""
    plan = Plan(list(regions), {role.replace("_", "-"): pair for role, pair in thresholds.items()})
    create(place, plan, Secrets())
    return place


def publish_list(place: Path, item: Listing) -> None:
    """Put a list into the repository in this folder, for China, and publish it."""
    file = place / "list.rwl"
    file.write_bytes(item.data)
    folder = Folder(place, Secrets())
    add(folder, file, "CN", "main")
    publish(folder)
