# SPDX-License-Identifier: Apache-2.0
"""The header of a list: what it says of the list and its coding, and where the sections stand."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from ringwarden_tools.errors import UserError
from ringwarden_tools.lists.coding import Coding

MAGIC = b"\x89RWL\r\n\x1a\n"
VERSION = 2
CODER_RANGE = 2
FIXED = struct.Struct("<8sHHII2sBBQHHHHIBBBBBBBBBBBBBBBBHH")
ENTRY = struct.Struct("<HHII")
LENGTH_MAX = 1024
FRONT, INDEX, BODY, RULES, TOP = 1, 2, 3, 5, 7
LIMIT = 1 << 32  # a file is shorter


@dataclass(frozen=True)
class FrontShape:
    """Lines of 2^line_shift bytes: `lines` in all, `node_lines` for each node but the last; `probes` bits a number."""

    lines: int
    node_lines: int
    line_shift: int
    probes: int

    @property
    def size(self) -> int:
        """Bytes."""
        return self.lines << self.line_shift


NO_FRONT = FrontShape(0, 0, 6, 1)


@dataclass(frozen=True)
class Layout:
    """What the header says beside the coding."""

    count: int
    base: int
    front: FrontShape
    widths: tuple[int, int, int]
    nodes: int
    last_keys: int


Entry = tuple[int, int, int]  # of the directory: type, length, checksum


def directory(parts: Sequence[tuple[int, bytes]]) -> list[Entry]:
    """The entries of these sections (type, content)."""
    return [(kind, len(data), zlib.crc32(data)) for kind, data in parts]


def pack(coding: Coding | None, layout: Layout, country: str, entries: Sequence[Entry]) -> bytes:
    """The header over sections with these entries. Raises `UserError` when it or the file would be too long."""
    tables = coding.tables() if coding else b""
    length = FIXED.size + ENTRY.size * len(entries) + len(tables) + 4
    if length > LENGTH_MAX:
        raise UserError("the list does not fit the format: split it into several lists")
    file_length = length + sum(size for _, size, _ in entries)
    if file_length >= LIMIT:
        raise UserError("the list would be larger than 4 GiB: split it into several lists")
    front = layout.front
    c = coding
    header = FIXED.pack(
        MAGIC, VERSION, length, file_length, layout.count, country.encode() or b"\0\0", CODER_RANGE, len(entries),
        layout.base,
        *((c.items, c.keys, c.blocks, front.node_lines, c.node_keys) if c else (0, 0, 0, 0, 0)),
        front.line_shift, front.probes, *layout.widths,
        *((c.flags, len(c.thresholds) + 1, c.run_min, len(c.popular), c.low, c.high, 0) if c else (0,) * 7),
        *((c.gap_count, c.gap_limit, c.category_count, c.category_limit) if c else (0,) * 4),
        layout.nodes, layout.last_keys,
    )  # fmt: skip
    header += b"".join(ENTRY.pack(kind, 0, size, checksum) for kind, size, checksum in entries) + tables
    return header + struct.pack("<I", zlib.crc32(header))


def provisional(coding: Coding, count: int, base: int) -> tuple[bytes, int]:
    """A header that the coder accepts before anything is coded, and the length of the file that it speaks of."""
    layout = Layout(count, base, NO_FRONT, (0, 0, 0), 1, 1)
    length = LIMIT - 1 - LENGTH_MAX
    header = pack(coding, layout, "", [(BODY, length, 0)])
    return header, len(header) + length
