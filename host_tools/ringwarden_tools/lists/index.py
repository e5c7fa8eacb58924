# SPDX-License-Identifier: Apache-2.0
"""The index: nodes of separators that lead from a key to the one block that can hold it; the root is in the header."""

import struct
from dataclasses import dataclass

import numpy as np

HEADER = struct.Struct("<QIHBB")  # base key, first child, children, bits a separator, bits dropped from each
LEVELS_MAX = 2


@dataclass(frozen=True)
class Index:
    """`root` for the header, the other `nodes` top down, and how many `levels` of them there are."""

    root: bytes
    nodes: bytes
    levels: int


@dataclass(frozen=True)
class Children:
    """What a level of nodes leads to: the first key of each child, and the last key before it."""

    first: np.ndarray
    before: np.ndarray


def build(keys: np.ndarray, starts: np.ndarray, size: int, root_size: int, levels_max: int) -> Index | None:
    """An index over blocks that begin at `starts`, in nodes of `size` bytes; None when it needs too many levels."""
    children = Children(keys[starts].astype(np.int64), keys[np.maximum(starts - 1, 0)].astype(np.int64))
    levels: list[list[tuple[int, int]]] = []
    all_children = [children]
    while _reach(children, 0, root_size, exact=not levels) < len(children.first):
        if len(levels) == levels_max:
            return None
        spans = _level(children, size, exact=not levels)
        levels.append(spans)
        heads = np.array([start for start, _ in spans])
        children = Children(children.first[heads], children.before[heads])
        all_children.append(children)
    return _write(levels, all_children, size)


def _write(levels: list[list[tuple[int, int]]], children: list[Children], size: int) -> Index:
    """Levels were made from the blocks up; in the file they stand from the root down, numbered in that order."""
    root = _node(children[-1], 0, len(children[-1].first), 0, exact=not levels)
    nodes: list[bytes] = []
    for depth in range(len(levels) - 1, -1, -1):
        below = 0 if depth == 0 else len(nodes) + len(levels[depth])  # number of the first child of this level
        nodes += [_node(children[depth], start, end, below, exact=depth == 0) for start, end in levels[depth]]
    padded = [node.ljust(size, b"\0") for node in nodes[:-1]] + nodes[-1:]
    return Index(root, b"".join(padded), len(levels))


def _level(children: Children, size: int, exact: bool) -> list[tuple[int, int]]:
    """Cut children into nodes as full as they get."""
    spans, at = [], 0
    while at < len(children.first):
        end = _reach(children, at, size, exact)
        spans.append((at, end))
        at = end
    return spans


def _reach(children: Children, start: int, size: int, exact: bool) -> int:
    """The end of the longest run of children from `start` on that fits a node of `size` bytes."""
    low, high = start + 1, min(len(children.first), start + 8 * size)
    while low < high:  # a longer run never needs fewer bits a separator
        middle = (low + high + 1) // 2
        width, _ = _shape(children, start, middle, exact)
        if HEADER.size + -(-(middle - start - 1) * width // 8) <= size:
            low = middle
        else:
            high = middle - 1
    return low


def _shape(children: Children, start: int, end: int, exact: bool) -> tuple[int, int]:
    """Bits of a separator, and how many low bits are dropped: as many as leave each child behind its precursor."""
    first, before = children.first[start + 1 : end], children.before[start + 1 : end]
    if len(first) == 0:
        return 0, 0
    # The highest bit in which a key differs from the one before it is set in the key: all bits below it may go.
    shift = 0 if exact else int(np.min(first ^ before)).bit_length() - 1
    return ((int(first[-1]) >> shift) - (int(children.first[start]) >> shift)).bit_length(), shift


def _node(children: Children, start: int, end: int, first_child: int, exact: bool) -> bytes:
    """One node over the children from `start` to `end`."""
    width, shift = _shape(children, start, end, exact)
    base = int(children.first[start])
    bits = 0
    for first in children.first[start + 1 : end].tolist():
        bits = bits << width | (first >> shift) - (base >> shift)
    used = (end - start - 1) * width
    size = -(-used // 8)
    packed = (bits << (8 * size - used)).to_bytes(size, "big")
    return HEADER.pack(base, first_child + start, end - start, width, shift) + packed
