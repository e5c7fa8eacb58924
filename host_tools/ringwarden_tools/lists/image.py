# SPDX-License-Identifier: Apache-2.0
"""A whole list from sorted keys: header, top, front, index, body and rules. The same input gives the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import coder
from ringwarden_tools.lists.choose import choose
from ringwarden_tools.lists.coding import Coding
from ringwarden_tools.lists.header import (
    BODY,
    FRONT,
    INDEX,
    NO_FRONT,
    RULES,
    TOP,
    FrontShape,
    Layout,
    directory,
    pack,
    provisional,
)

TOP_MAX = 4096
FRONT_BITS = 8
FRONT_BITS_MAX = 32  # more than this a number makes a front no better
PROBES_MAX = 7
ITEMS_MAX = 1024


@dataclass(frozen=True)
class Image:
    """A list as bytes, with what there is to say about it."""

    data: bytes
    count: int
    header_bytes: int
    top_bytes: int
    front_bytes: int
    index_bytes: int
    body_bytes: int
    rules_bytes: int
    nodes: int
    blocks: int

    @property
    def reads(self) -> int:
        """The most reads that a lookup needs."""
        return (self.front_bytes > 0) + (self.index_bytes > 0) + 1 if self.count else 0


@dataclass(frozen=True)
class Numbers:
    """Numbers as body, index and top: all that does not depend on front, rules and country."""

    keys: np.ndarray
    coding: Coding
    coded: coder.Coded
    top: bytes
    widths: tuple[int, int, int]


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
    return assemble(code(keys, categories), country, front_bytes=front_bytes, rules=rules)


def code(keys: np.ndarray, categories: np.ndarray) -> Numbers | None:
    """The first half of `make`; None when there are no numbers."""
    if len(keys) == 0:
        return None
    return _code(np.ascontiguousarray(keys, np.uint64), np.ascontiguousarray(categories, np.uint8))


def assemble(
    numbers: Numbers | None, country: str = "", *, front_bytes: int | None = None, rules: bytes = b""
) -> Image:
    """The second half of `make`."""
    if numbers is None:
        return _finish(None, Layout(0, 0, NO_FRONT, (0, 0, 0), 0, 0), country, [(RULES, rules)], 0)
    keys, coded = numbers.keys, numbers.coded
    shape = _front_shape(len(keys), coded, front_bytes, keys)
    layout = Layout(len(keys), int(keys[0]), shape, numbers.widths, len(coded.node_keys), coded.last_keys)
    parts = [(TOP, numbers.top), (FRONT, bytes(shape.size)), (INDEX, coded.index), (BODY, coded.body), (RULES, rules)]
    if shape.lines:
        draft = pack(numbers.coding, layout, country, directory([part for part in parts if part[1]]))
        length = len(draft) + sum(len(data) for _, data in parts)
        parts[1] = FRONT, coder.front(draft, length, keys, coded.node_keys, shape.size)
    return _finish(numbers.coding, layout, country, parts, coded.blocks)


def _code(keys: np.ndarray, categories: np.ndarray) -> Numbers:
    """Body, index and top with the best coding; larger nodes or blocks when the top would not fit."""
    coding = choose(keys, categories)
    while True:
        try:
            coded = coder.encode(*provisional(coding, len(keys), int(keys[0])), keys, categories, coding.items)
        except coder.CodingError as error:
            if error.status != coder.SIZE_ERROR or coding.items <= 32:
                raise UserError("the list does not fit the format: split it into several lists") from None
            items = coding.items // 2  # a block was too long for one read
            coding = replace(
                coding, items=items, keys=coding.keys if coding.run_min else items, blocks=min(256, 2 * coding.blocks)
            )
            continue
        top, widths = _top(coded, int(keys[0]))
        if len(top) <= TOP_MAX and len(coded.node_keys) < 65536:
            return Numbers(keys, coding, coded, top, widths)
        if coding.blocks < 256:
            coding = replace(coding, blocks=min(256, 2 * coding.blocks), node_keys=2 * coding.node_keys)
        elif coding.items < ITEMS_MAX:
            keys_max = coding.keys if coding.run_min else 2 * coding.items
            coding = replace(coding, items=2 * coding.items, keys=keys_max, node_keys=2 * coding.node_keys)
        else:
            raise UserError("the list is too large for the format: split it into several lists")


def _top(coded: coder.Coded, base: int) -> tuple[bytes, tuple[int, int, int]]:
    """The top of the index, and the widths of key, body offset and index offset in each of its entries."""
    columns = [coded.node_keys - np.uint64(base), coded.node_bodies, coded.node_indices]
    widths = tuple(int(column[-1]).bit_length() for column in columns)
    if len(coded.node_keys) == 1:
        return b"", (0, 0, 0)
    stride = sum(widths)
    if stride * len(coded.node_keys) > 8 * 16 * TOP_MAX:
        return bytes(TOP_MAX + 1), (0, 0, 0)  # far too many
    bits = 0
    for row in zip(*(column.tolist() for column in columns), strict=True):
        for value, width in zip(row, widths, strict=True):
            bits = bits << width | value
    used = stride * len(coded.node_keys)
    size = -(-used // 8)
    return (bits << (8 * size - used)).to_bytes(size, "big"), (widths[0], widths[1], widths[2])


def _front_shape(count: int, coded: coder.Coded, front_bytes: int | None, keys: np.ndarray) -> FrontShape:
    """Lines for each node, so that they are about equally full; the last node gets what its numbers need."""
    limit = count if front_bytes is None else min(front_bytes, count * FRONT_BITS_MAX // 8)
    line_shift = 6 if limit > 32 else 5
    lines = max(limit >> line_shift, 1) if front_bytes is None or limit >= 32 else 0
    nodes = len(coded.node_keys)
    if nodes > 1 and lines:
        last = count - int(np.searchsorted(keys, coded.node_keys[-1]))
        share = last * (nodes - 1) / (count - last)  # of the last node, in parts of an average one
        node_lines = min(65535, int(lines / (nodes - 1 + share)))
        lines = node_lines * (nodes - 1) + min(max(1, round(node_lines * share)), lines - node_lines * (nodes - 1))
    else:
        node_lines = min(65535, lines)
    if node_lines == 0 or (nodes > 1 and lines <= node_lines * (nodes - 1)):
        return replace(NO_FRONT, line_shift=line_shift)
    bits = (lines << line_shift) * 8 / count
    return FrontShape(lines, node_lines, line_shift, max(1, min(PROBES_MAX, round(0.65 * bits))))


def _finish(
    coding: Coding | None, layout: Layout, country: str, parts: Sequence[tuple[int, bytes]], blocks: int
) -> Image:
    parts = [part for part in parts if part[1]]
    sizes = {kind: len(data) for kind, data in parts}
    header = pack(coding, layout, country, directory(parts))
    return Image(
        header + b"".join(data for _, data in parts),
        layout.count,
        len(header),
        sizes.get(TOP, 0),
        sizes.get(FRONT, 0),
        sizes.get(INDEX, 0),
        sizes.get(BODY, 0),
        sizes.get(RULES, 0),
        layout.nodes,
        blocks,
    )
