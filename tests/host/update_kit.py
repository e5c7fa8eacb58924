# SPDX-License-Identifier: Apache-2.0
"""Lists and flash for tests of updates: small lists, what a box answers with them, signed files in memory."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ringwarden.blocklist import Blocklist
from ringwarden.blocklist.flash import SECTOR, halves
from ringwarden.blocklist.slots import Slots
from ringwarden.update.errors import MismatchError
from ringwarden.update.lists import ListUpdate, Outcome, Wanted
from ringwarden.update.metadata import Target
from ringwarden_simulator.flash import RamFlash
from ringwarden_tools.lists import image

PATH = "lists/CN/main.rwl"


@dataclass(frozen=True)
class Listing:
    """A list: its file and a handful of questions whose answers tell it from the others."""

    data: bytes
    numbers: dict[int, int]

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.data).digest()


def listing(seed: int, count: int = 1500, country: str = "CN", churn: float = 0.05) -> Listing:
    """`count` numbers: most of them those of every list of this size, `churn` of them this list's own."""
    common = np.random.default_rng(0).integers(8613000000000, 8613999999999, count).astype(np.uint64)
    own = np.random.default_rng(seed + 1)
    changed = own.random(count) < churn
    common[changed] = own.integers(8613000000000, 8613999999999, int(changed.sum()))
    keys = np.unique(common)
    categories = (keys % np.uint64(7)).astype(np.uint8)
    data = image.make(keys, categories, country).data
    return Listing(data, dict(zip(keys.tolist(), categories.tolist(), strict=True)))


def questions(*lists: Listing) -> list[int]:
    """Numbers of which some are on one list alone, some on all, some on none."""
    shared = set.intersection(*(set(item.numbers) for item in lists))
    asked = sorted(shared)[:2]
    for item in lists:
        asked += sorted(set(item.numbers) - shared)[:2]
    return [*asked, min(asked) - 1, 8613800138000]


def answers(blocklist: Blocklist | None, asked: list[int]) -> list[int | None]:
    """What a box says; without a list nothing is listed."""
    return [blocklist.lookup(key) if blocklist else None for key in asked]


def expected(item: Listing | None, asked: list[int]) -> list[int | None]:
    """What the list should make it say."""
    return [item.numbers.get(key) if item else None for key in asked]


def mounted(flash: RamFlash) -> tuple[Slots, Blocklist | None]:
    """The slots as a box finds them when it starts."""
    slots = Slots(*halves(flash))
    return slots, slots.mount()


def install(flash: RamFlash, item: Listing, serial: int = 0) -> None:
    """Put a list in force."""
    slots, _ = mounted(flash)
    writer = slots.begin(len(item.data), item.digest, serial)
    for offset in range(0, len(item.data), 1024):
        writer.write(offset, item.data[offset : offset + 1024])
    writer.commit()


def flash_for(*lists: Listing, spare: int = 1) -> RamFlash:
    """Flash whose slots hold the longest of the lists, its records, and some sectors more."""
    sectors = max(len(item.data) for item in lists) // SECTOR + 1 + spare + 1
    return RamFlash(2 * sectors * SECTOR)


@dataclass
class Files:
    """What signed metadata vouch for, without the metadata: stands for the TUF client where it is not the question."""

    targets: dict[str, Target] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)

    def put(self, path: str, data: bytes, **custom: Any) -> None:
        """Vouch for a file."""
        hashes = {"sha256": hashlib.sha256(data).hexdigest()}
        self.targets[path] = Target(path, len(data), hashes, custom)
        self.contents[path] = data

    def put_list(self, item: Listing, serial: int = 1, **custom: Any) -> None:
        """The list that a box in CN takes."""
        self.put(PATH, item.data, **{"kind": "list", "region": "CN", "name": "main", "serial": serial, **custom})

    def put_delta(self, base: Listing, item: Listing, delta: bytes) -> None:
        """The list, and a delta from another one."""
        path, named = "lists/CN/main-1-2.rwd", {"region": "CN", "name": "main", "serial": 2}
        self.put(path, delta, kind="delta", base=base.digest.hex(), **named)
        self.put_list(item, 2, deltas=[{"base": base.digest.hex(), "path": path}])

    def refresh(self) -> None:
        """Nothing to do."""

    def target(self, path: str) -> Target | None:
        """What is vouched for."""
        return self.targets.get(path)

    def download(self, target: Target, sink: Any) -> None:
        """In pieces; then the hash is compared, as the client does."""
        data = self.contents[target.path]
        for offset in range(0, len(data), 1024):
            sink.write(offset, data[offset : offset + 1024])
        if hashlib.sha256(data).hexdigest() != target.hashes["sha256"]:
            raise MismatchError(target.path)


def update(flash: RamFlash, updater: Any, wanted: Wanted | None = None) -> Outcome:
    """One update of a box that has just started."""
    slots, _ = mounted(flash)
    return ListUpdate(updater, slots, wanted or Wanted("CN")).run()
