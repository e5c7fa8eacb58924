# SPDX-License-Identifier: Apache-2.0
"""What a new box finds in its settings, and what is compared with the settings that another one keeps.

    setup.json      the first password's check and text, as its label shows it (firmware/ringwarden/setup/state.py)
    household.json  the household's document
    update.json     {"url": …, "region": …, "name": …}: where the box gets its lists, and which
    root.json       whom it trusts for them

The last two also stand in the application's slots; those of the settings count, and an update of the application
leaves them alone.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import littlefs

from ringwarden_tools.flashing import application, trust
from ringwarden_tools.flashing.partitions import SECTOR, Table

NAME = "rw_settings"
RAW = 2 * SECTOR  # the record of the box's boots, behind the file system
_NAMES = ("setup.json", "household.json", "update.json", "root.json")


@dataclass(frozen=True)
class Settings:
    """`own`: whether `household` is the person's own document and not only made of a country and a language."""

    setup: dict[str, Any] | None = None
    household: dict[str, Any] | None = None
    own: bool = False
    update: dict[str, str] | None = None
    root: bytes | None = None

    def files(self) -> application.Files:
        """The files on a new box."""
        found = {
            name: json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
            for name, value in zip(_NAMES, (self.setup, self.household, self.update), strict=False)
            if value
        }
        return found | ({"root.json": self.root} if self.root else {})

    def conflicts(self, kept: application.Files) -> list[str]:
        """How settings that a box keeps differ from these, each as a noun."""
        old = {name: _table(kept.get(name, b"")) for name in _NAMES}
        found = []
        if self.setup and old["setup.json"].get("check") != self.setup["check"]:
            found.append("another first password than the label's")
        if self.household and self.own and old["household.json"] != self.household:
            found.append("another household's document")
        if self.household and not self.own and "household.json" in kept:
            home, before = (_home(each) for each in (self.household, old["household.json"]))
            found += [f"the {key.replace('_', ' ')} {before.get(key)}" for key in home if home[key] != before.get(key)]
        if self.update and "update.json" in kept:
            for key in ("url", "region"):
                if self.update.get(key, "") != old["update.json"].get(key, ""):
                    found.append(f"the {'repository' if key == 'url' else key} {old['update.json'].get(key) or 'none'}")
        if self.root and not trust.related(kept.get("root.json", self.root), self.root):
            found.append("another root of trust")
        return found


def _home(household: dict[str, Any]) -> dict[str, Any]:
    home = household.get("home")
    return {"country": "CN"} | (home if isinstance(home, dict) else {})


def _table(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def image(files: application.Files, table: Table) -> bytes:
    """The whole partition: the box makes its file system itself when there is nothing to put into it."""
    size = table.find(NAME).size
    if not files:
        return b"\xff" * size
    system = application.image(files, size - RAW, SECTOR, "what belongs into the settings")
    return system.ljust(size, b"\xff")


class _Reading(littlefs.UserContext):
    """A file system that is read through the chip, a block once."""

    def __init__(self, read: Callable[[int, int], bytes]) -> None:
        super().__init__(0)
        self._read = read
        self._blocks: dict[int, bytes] = {}
        self.error: Exception | None = None  # littlefs is C: nothing can be raised through it

    def read(self, cfg: Any, block: int, off: int, size: int) -> bytearray:
        """As littlefs asks for it."""
        if block not in self._blocks:
            try:
                self._blocks[block] = self._read(block * cfg.block_size, cfg.block_size)
            except Exception as error:
                self.error = self.error or error
                return bytearray(b"\xff" * size)
        return bytearray(self._blocks[block][off : off + size])

    def prog(self, cfg: Any, block: int, off: int, data: bytes) -> int:
        """Nothing is written here."""
        return -5

    def erase(self, cfg: Any, block: int) -> int:
        """Nothing is erased here."""
        return -5


def kept(read: Callable[[int, int], bytes], table: Table) -> application.Files:
    """The files named above on a box's flash; {} when its settings are no file system. `read(offset, length)`."""
    place = table.find(NAME)
    context = _Reading(lambda offset, length: read(place.offset + offset, length))
    found = {}
    try:
        system = littlefs.LittleFS(
            context=context,
            mount=True,
            block_size=SECTOR,
            block_count=(place.size - RAW) // SECTOR,
            prog_size=32,
            read_size=32,
            lookahead_size=32,
            cache_size=128,
        )
        names = system.listdir("/")
        for name in _NAMES:
            if name in names:
                with system.open(name, "rb") as file:
                    found[name] = file.read()
    except littlefs.LittleFSError:
        found = {}
    if context.error:
        raise context.error
    return found
