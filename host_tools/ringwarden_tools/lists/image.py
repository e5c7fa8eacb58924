# SPDX-License-Identifier: Apache-2.0
"""A whole list from sorted keys: header, front, index and body put together. The same input gives the same bytes."""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import body, front, index, prefix_code

MAGIC = b"\x89RWL\r\n\x1a\n"
VERSION = 1
CODER_RICE = 1
FIXED = struct.Struct("<8sHHII2sBBBBBBBBH")
HEADER_MAX = 256
ROOT_MAX = 120
FRONT, INDEX, BODY = 1, 2, 3
FRONT_BITS = 8

# (log2 of a block, log2 of an index node) in the order of liking: half a kilobyte of both reads and decodes quickly,
# larger ones let more numbers be reached through a single index node.
SHAPES = ((9, 9), (9, 10), (10, 10))


@dataclass(frozen=True)
class Image:
    """A list as bytes, with what there is to say about it. `levels` index nodes stand between the root and the body."""

    data: bytes
    count: int
    front_bytes: int
    index_bytes: int
    body_bytes: int
    levels: int

    @property
    def reads(self) -> int:
        """The most reads that a lookup needs."""
        return (self.front_bytes > 0) + self.levels + 1 if self.count else 0


def make(
    keys: np.ndarray,
    categories: np.ndarray,
    country: str = "",
    *,
    front_bytes: int | None = None,
    rules: bytes = b"",
) -> Image:
    """A list of `keys` (uint64, ascending, distinct, 1 to 10^15 - 1) with `categories` (uint8, below 32).

    The front takes 8 bits a number, or at most `front_bytes` (0: there is none). `rules` is the content of section 5.
    Raises `UserError` when the list would exceed 4 GiB.
    """
    front_bits = FRONT_BITS if front_bytes is None else min(32, 8 * front_bytes // max(1, len(keys)))
    del rules
    if len(keys) == 0:
        empty = prefix_code.EMPTY, front.Front(b"", 6, 1), index.Index(b"", b"", 0), b""
        return _assemble(country, front_bits, 0, SHAPES[0], *empty)
    code = prefix_code.build(np.bincount(categories, minlength=prefix_code.SYMBOLS))
    first = front.build(keys, front_bits)
    cut = blocks = nodes = None
    for shape in SHAPES:
        if cut is None or blocks != shape[0]:
            blocks = shape[0]
            cut = body.cut(keys, code.lengths[categories], 1 << shape[0])
        nodes = index.build(keys, cut.starts, 1 << shape[1], ROOT_MAX, index.LEVELS_MAX if shape == SHAPES[-1] else 1)
        if nodes is not None:
            break
    if cut is None or nodes is None:
        raise UserError("the list is too large for the format: split it into several lists")
    coded = body.encode(keys, categories, code, cut)
    return _assemble(country, front_bits, len(keys), shape, code.packed(), first, nodes, coded)


def _assemble(
    country: str,
    front_bits: int,
    count: int,
    shape: tuple[int, int],
    code_lengths: bytes,
    bloom: front.Front,
    nodes: index.Index,
    coded: bytes,
) -> Image:
    root = nodes.root
    parts = [(FRONT, bloom.data), (INDEX, nodes.nodes), (BODY, coded)]
    parts = [(kind, data) for kind, data in parts if data]
    # A multiple of 32 keeps the lines of the front within two lines of a flash cache.
    header_length = -(-(FIXED.size + 16 + 16 * len(parts) + len(root) + 4) // 32) * 32
    assert header_length <= HEADER_MAX
    length = header_length + sum(len(data) for _, data in parts)
    if length >= 1 << 32:
        raise UserError("the list would be larger than 4 GiB: split it into several lists")
    header = FIXED.pack(
        MAGIC, VERSION, header_length, length, count, country.encode() or b"\0\0", CODER_RICE, len(parts),
        bloom.line_shift, bloom.probes, front_bits, shape[1], nodes.levels, shape[0], len(root),
    )  # fmt: skip
    header += code_lengths
    offset = header_length
    for kind, data in parts:
        header += struct.pack("<HHIII", kind, 0, offset, len(data), zlib.crc32(data))
        offset += len(data)
    header = (header + root).ljust(header_length - 4, b"\0")
    header += struct.pack("<I", zlib.crc32(header))
    return Image(
        header + b"".join(data for _, data in parts),
        count,
        len(bloom.data),
        len(nodes.nodes),
        len(coded),
        nodes.levels,
    )
