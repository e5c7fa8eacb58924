# SPDX-License-Identifier: Apache-2.0
"""Deltas (.rwd, docs/FORMATS.md): what makes one list out of another, in a fraction of its bytes."""

import hashlib
import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ringwarden.blocklist import Blocklist, ListError
from ringwarden.blocklist.delta import MEMORY, DeltaError, apply
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import coder
from ringwarden_tools.lists.delta_coder import Encoder, Gaps, fresh
from ringwarden_tools.lists.delta_plain import Plain

MAGIC = b"\x89RWD\r\n\x1a\n"
VERSION = 1
HEADER = struct.Struct("<8sHHIIIII32s32sI")
PLENTY = 16384  # bytes of state that any two lists can do with
KEY_CLASS, RANK_CLASS, CATEGORY = 6, 5, 5  # bits
MADE = (1, 2, 3, 7)  # types of sections that a reader makes from the numbers: front, index, body, top of the index
CONTEXTS = 16  # of a category: the one before in the list, 15 for all above


@dataclass(frozen=True)
class Region:
    """A stretch of a list that is not numbers: `kind` is the type of its (first) section, 0 for the header."""

    kind: int
    offset: int
    length: int


@dataclass(frozen=True)
class Listing:
    """A list taken apart: the file, its numbers (uint64, ascending) with categories (uint8), and its other regions."""

    data: bytes
    keys: np.ndarray
    categories: np.ndarray
    regions: list[Region]


@dataclass(frozen=True)
class Delta:
    """A delta as bytes, and how many numbers go, come, and change their category."""

    data: bytes
    removed: int
    added: int
    changed: int

    @property
    def base_hash(self) -> bytes:
        """SHA-256 of the list that it needs."""
        return self.data[32:64]

    @property
    def target_hash(self) -> bytes:
        """SHA-256 of the list that it makes."""
        return self.data[64:96]


def take_apart(data: bytes) -> Listing:
    """A list as bytes, taken apart. Raises `ListError` when it is damaged."""
    blocklist = Blocklist(lambda offset, length: data[offset : offset + length], len(data))
    blocklist.verify()
    sections = blocklist.sections()
    regions = [Region(0, 0, sections[0].offset if sections else len(data))]
    behind_made = True  # the header is a region of its own
    for section in sections:
        if section.kind in MADE:
            behind_made = True
        elif behind_made:
            regions.append(Region(section.kind, section.offset, section.length))
            behind_made = False
        else:
            regions[-1] = Region(regions[-1].kind, regions[-1].offset, regions[-1].length + section.length)
    try:
        keys, categories = coder.dump(data)
    except coder.CodingError:
        raise ListError("format") from None
    return Listing(data, keys, categories, [region for region in regions if region.length])


def checked(base: Listing, target: Listing, old: Path, new: Path) -> tuple[Delta, bool]:
    """`make`, then apply it. Also whether a box with 8 KiB of RAM could.

    Raises `UserError` when that does not give `target.data`.
    """
    made = make(base, target)
    for memory in (MEMORY, PLENTY):
        try:
            applied(base.data, made.data, memory)
        except DeltaError as error:
            if error.code != "size":
                break
        else:
            return made, memory == MEMORY
    words = f"was not written as this program writes lists, so no delta from {old} makes it: build it anew"
    raise UserError(f"{new} {words}")


def applied(base: bytes, coded: bytes, memory: int = PLENTY) -> bytes:
    """What comes of a list and a delta, both as bytes. Raises `DeltaError`; `MemoryError` when it is too much."""
    stream = io.BytesIO(coded)
    out = bytearray()

    def write(offset: int, data: memoryview) -> None:
        end = offset + len(data)
        if end > len(out):
            out.extend(bytes(end - len(out)))
        out[offset:end] = data

    apply(
        lambda offset, length: base[offset : offset + length], len(base), stream.read, write,
        lambda offset, length: bytes(out[offset : offset + length]), memory=memory,
    )  # fmt: skip
    return bytes(out)


def make(base: Listing, target: Listing) -> Delta:
    """The delta that makes `target.data` out of `base.data`."""
    at = np.searchsorted(base.keys, target.keys)
    inside = np.minimum(at, max(len(base.keys) - 1, 0))
    kept = base.keys[inside] == target.keys if len(base.keys) else np.zeros(len(target.keys), bool)
    stays = np.zeros(len(base.keys), bool)
    stays[at[kept]] = True
    becomes = base.categories.copy()
    becomes[at[kept]] = target.categories[kept]
    ranks = np.flatnonzero(~stays | (becomes != base.categories))
    added = np.flatnonzero(~kept)

    out = Encoder()
    _regions(out, base, target)
    changes = [(int(rank), int(base.keys[rank]), -1 if not stays[rank] else int(becomes[rank])) for rank in ranks]
    before = np.concatenate([np.zeros(1, np.uint8), target.categories])
    additions = [(int(target.keys[i]), int(target.categories[i]), int(before[i])) for i in added]
    _numbers(out, changes, additions)

    stream = out.finish()
    header = HEADER.pack(
        MAGIC, VERSION, target.regions[0].length, HEADER.size + len(stream) + 4, len(base.data), len(target.data),
        len(changes), len(additions), hashlib.sha256(base.data).digest(), hashlib.sha256(target.data).digest(), 0,
    )[:-4]  # fmt: skip
    header += struct.pack("<I", zlib.crc32(header))
    removed = int(np.count_nonzero(~stays))
    data = header + stream + struct.pack("<I", zlib.crc32(stream))
    return Delta(data, removed, len(additions), len(changes) - removed)


def _regions(out: Encoder, base: Listing, target: Listing) -> None:
    """Everything that is not numbers: the header, then each stretch of other sections, beside its like in the base."""
    plain = Plain(out, base.data, [(region.offset, region.length) for region in base.regions])
    likely = {region.kind: region.offset for region in reversed(base.regions)}
    for index, region in enumerate(target.regions):
        start = likely.get(region.kind, 0)
        if index:
            out.plain(start, 32)
        plain.put(target.data[region.offset : region.offset + region.length], start)


def _numbers(out: Encoder, changes: list[tuple[int, int, int]], additions: list[tuple[int, int, int]]) -> None:
    """What goes or changes (rank, key, new category or -1) and what comes (key, category, category before).

    The decoder holds one of either kind that is yet to come, and reads the next one when the merge has passed it. So
    the two sequences stand in each other in the order of the keys.
    """
    halves = fresh(1 << KEY_CLASS)
    keys, ranks = Gaps(KEY_CLASS, halves), Gaps(RANK_CLASS, halves)
    changed = fresh(1)[0]
    same, other = fresh(CONTEXTS), fresh(1 << CATEGORY)
    key = rank = 0

    def next_change(index: int) -> None:
        nonlocal rank
        if index < len(changes):
            ranks.put(out, changes[index][0] - rank)
            rank = changes[index][0] + 1
            out.bit(changed, int(changes[index][2] >= 0))

    def next_addition(index: int) -> None:
        nonlocal key
        if index < len(additions):
            keys.put(out, additions[index][0] - key)
            key = additions[index][0] + 1

    i = j = 0
    next_change(0)
    next_addition(0)
    while i < len(changes) or j < len(additions):
        if j == len(additions) or i < len(changes) and changes[i][1] < additions[j][0]:
            if changes[i][2] >= 0:
                out.tree(other, changes[i][2], CATEGORY)
            i += 1
            next_change(i)
        else:
            _, category, before = additions[j]
            out.bit(same[min(before, CONTEXTS - 1)], int(category == before))
            if category != before:
                out.tree(other, category, CATEGORY)
            j += 1
            next_addition(j)
