# SPDX-License-Identifier: Apache-2.0
"""Everything that stands on a box's flash: parts with a place each, in the order in which they are written.

The old system stays able to start as long as can be: what MicroPython starts from comes last, the partition table and
the bootloader at the very end.
"""

import hashlib
import struct
import zlib
from dataclasses import dataclass

from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import application, partitions, settings
from ringwarden_tools.flashing.official import Official
from ringwarden_tools.flashing.partitions import SECTOR, Table


@dataclass(frozen=True)
class Part:
    """`data` goes to `offset`. `what` names it in a sentence. `erase`: bytes from `offset` on that are blank first."""

    what: str
    offset: int
    data: bytes
    erase: int = 0

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.offset + max(len(self.data), self.erase)


@dataclass(frozen=True)
class Contents:
    """A box: parts in the order of writing."""

    chip: str
    table: Table
    micropython: str
    parts: tuple[Part, ...]


def list_record(data: bytes, serial: int = 0) -> bytes:
    """The sector behind a list in its slot: one record, "ready", as `ringwarden.blocklist.slots` describes it."""
    record = struct.pack("<4sB3xIII8x32s", b"RWS1", 2, 1, len(data), serial, hashlib.sha256(data).digest())
    return (record + struct.pack("<I", zlib.crc32(record))).ljust(SECTOR, b"\xff")


def list_parts(table: Table, data: bytes) -> list[Part]:
    """The list in the first slot and its record; the second slot forgets what it held. `UserError`: too large."""
    first, second = table.find("rw_list0"), table.find("rw_list1")
    if len(data) > first.size - SECTOR:
        board = next(name for name, size in partitions.BOARDS.items() if size == table.flash_size)
        raise UserError(
            f"the list has {len(data):,} bytes, a slot of this box {first.size - SECTOR:,}: "
            f"build it with `ringwarden list build --board {board}`"
        )
    return [
        # Whatever happens on the way, a slot with an erased record and half a list has no right checksums.
        Part("the second list slot's record", second.end - SECTOR, b"\xff" * SECTOR),
        Part("the second list slot's beginning", second.offset, b"\xff" * SECTOR),
        Part("the block list", first.offset, data),
        Part("the block list's record", first.end - SECTOR, list_record(data)),
    ]


def blank(table: Table, name: str, what: str) -> Part:
    """A partition that the box makes anew."""
    place = table.find(name)
    return Part(what, place.offset, b"\xff" * place.size)


def box(
    official: Official,
    table: Table,
    slot: application.Files,
    loader: application.Files,
    blocklist: bytes | None,
    fresh: bool,
    files: application.Files | None = None,
) -> Contents:
    """All parts. `fresh`: lists of an earlier life go, otherwise they stay where no part is given.

    `files`: those in the settings, {}: the box makes them anew, None: they stay, unless `fresh`.
    """
    first, second, home = table.find("rw_app0"), table.find("rw_app1"), table.find("vfs")
    program = application.image(slot, first.size, application.SLOT_BLOCK, "the application")
    parts = [
        Part("the application's second slot", second.offset, program),
        Part("the application's first slot", first.offset, program),
        Part("the loader", home.offset, application.image(loader, home.size, application.LOADER_BLOCK, "the loader")),
    ]
    if blocklist is not None:
        parts += list_parts(table, blocklist)
    elif fresh:
        parts += [
            Part(f"the {word} list slot's {end}", at, b"\xff" * SECTOR)
            for word, place in (("first", table.find("rw_list0")), ("second", table.find("rw_list1")))
            for end, at in (("beginning", place.offset), ("record", place.end - SECTOR))
        ]
    if fresh or files is not None:
        place = table.find(settings.NAME)
        parts.append(Part("the settings", place.offset, settings.image(files or {}, table)))
        parts.append(blank(table, "nvs", "MicroPython's own settings"))
    parts += [
        Part("MicroPython", table.find("factory").offset, official.application),
        Part("the partition table", partitions.TABLE_OFFSET, table.binary().ljust(SECTOR, b"\xff")),
        Part("the bootloader", 0, official.bootloader_for(table.flash_size)),
    ]
    return Contents(official.chip, table, official.version, tuple(parts))
