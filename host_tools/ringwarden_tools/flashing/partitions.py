# SPDX-License-Identifier: Apache-2.0
"""Partition tables of the boxes: read from firmware/boards/esp32/partitions-*.csv, written as the bootloader reads
them (32 bytes an entry at 0x8000, then an MD5 of the entries)."""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

import ringwarden
from ringwarden_tools.errors import UserError

BOARDS_FOLDER = Path(ringwarden.__file__).resolve().parents[1] / "boards/esp32"
TABLE_OFFSET = 0x8000
TABLE_SIZE = 0xC00
SECTOR = 4096
MIB = 1 << 20

BOARDS = {"esp32-4mb": 4 * MIB, "esp32-8mb": 8 * MIB, "esp32-16mb": 16 * MIB}

_ENTRY = "<2sBBII16sI"
_MAGIC, _MD5_MAGIC = b"\xaa\x50", b"\xeb\xeb"
_TYPES = {"app": 0, "data": 1}
_SUBTYPES = {
    ("app", "factory"): 0x00,
    ("data", "phy"): 0x01,
    ("data", "nvs"): 0x02,
    ("data", "undefined"): 0x06,
    ("data", "fat"): 0x81,
    ("data", "littlefs"): 0x83,
}


@dataclass(frozen=True)
class Partition:
    """One entry: `kind` 0 app, 1 data; `offset` and `size` in bytes."""

    name: str
    kind: int
    subtype: int
    offset: int
    size: int

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.offset + self.size


class TableError(ValueError):
    """Bytes or text that are no partition table; says what is wrong with them."""


@dataclass(frozen=True)
class Table:
    """All partitions of a flash of `flash_size` bytes, in the order of the table."""

    flash_size: int
    partitions: tuple[Partition, ...]

    def find(self, name: str) -> Partition:
        """The partition with that label. `KeyError` when there is none."""
        for partition in self.partitions:
            if partition.name == name:
                return partition
        raise KeyError(name)

    def binary(self) -> bytes:
        """The bytes at 0x8000: TABLE_SIZE of them."""
        entries = b"".join(
            struct.pack(_ENTRY, _MAGIC, p.kind, p.subtype, p.offset, p.size, p.name.encode(), 0)
            for p in self.partitions
        )
        whole = entries + _MD5_MAGIC + b"\xff" * 14 + hashlib.md5(entries).digest()
        return whole.ljust(TABLE_SIZE, b"\xff")


def parse(data: bytes, flash_size: int = 0) -> Table:
    """The table that stands in these bytes. `TableError` when none does, or when its MD5 is wrong."""
    found = []
    for at in range(0, min(len(data), TABLE_SIZE), 32):
        entry = data[at : at + 32]
        if entry[:2] == _MD5_MAGIC:
            if entry[16:] != hashlib.md5(data[:at]).digest():
                raise TableError("its MD5 is wrong")
            break
        if entry[:2] != _MAGIC or len(entry) < 32:
            break
        _, kind, subtype, offset, size, label, _ = struct.unpack(_ENTRY, entry)
        found.append(Partition(label.rstrip(b"\0").decode("ascii", "replace"), kind, subtype, offset, size))
    if not found:
        raise TableError("there is no partition table")
    return Table(flash_size, tuple(found))


def read_csv(text: str, flash_size: int) -> Table:
    """A table from its CSV. `TableError` when a line is wrong, partitions overlap or leave the flash."""
    found: list[Partition] = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].strip()
        if not line:
            continue
        fields = [field.strip() for field in line.split(",")]
        try:
            name, kind, subtype = fields[:3]
            found.append(Partition(name, _TYPES[kind], _SUBTYPES[kind, subtype], int(fields[3], 0), int(fields[4], 0)))
        except (KeyError, ValueError, IndexError):
            raise TableError(f"line {number} is no partition") from None
        if len(name) > 15 or not name.isascii():
            raise TableError(f"line {number}: a name has at most 15 ASCII characters")
    end = TABLE_OFFSET + SECTOR
    for partition in found:
        if partition.offset < end or partition.offset % SECTOR or partition.size % SECTOR or partition.size <= 0:
            raise TableError(f"{partition.name} overlaps what is before it or is not made of whole sectors")
        if partition.kind == 0 and partition.offset % 0x10000:
            raise TableError(f"{partition.name} does not begin at a multiple of 64 KiB")
        end = partition.end
    if end > flash_size:
        raise TableError(f"the last partition ends at {end:#x}, behind the flash")
    return Table(flash_size, tuple(found))


def load(flash_size: int) -> Table:
    """The table of a box with `flash_size` bytes of flash. `UserError` for a size that has none."""
    if flash_size not in BOARDS.values():
        raise UserError(
            f"a flash of {flash_size / MIB:g} MB is not supported: a box has 4, 8 or 16 MB; use another board"
        )
    path = BOARDS_FOLDER / f"partitions-{flash_size // MIB}mb.csv"
    try:
        return read_csv(path.read_text(), flash_size)
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): run this from Ringwarden's source tree") from None
    except TableError as error:
        raise UserError(f"{path} is wrong ({error}): put it right") from None


def list_capacity(board: str) -> int:
    """Bytes that a list may have on this board: a list slot without its last sector, which holds the slot's records.

    `UserError` for a name that is not in BOARDS.
    """
    if board not in BOARDS:
        raise UserError(f"--board {board} is unknown: choose one of {', '.join(BOARDS)}")
    table = load(BOARDS[board])
    return min(table.find("rw_list0").size, table.find("rw_list1").size) - SECTOR
