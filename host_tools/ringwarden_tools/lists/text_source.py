# SPDX-License-Identifier: Apache-2.0
"""Text files: plain lists with a number a line, and which of them are tables."""

import itertools
import re
from collections.abc import Iterator

import numpy as np

from ringwarden_tools.lists.lines import HASH, bounds, chunks, with_space
from ringwarden_tools.lists.table_source import Table
from ringwarden_tools.lists.taking import Taker

_LOOKED_AT = 50  # lines that tell which separator is in use
_RUN = re.compile(rb"#+")
_WORDS = re.compile(rb"[^0-9 ().\-/#]")


def read(blocks: Iterator[bytes], taker: Taker) -> None:
    """Take a text file. Raises `UserError` for a line that is broken and a table without numbers."""
    found = chunks(blocks, taker)
    first = next(found, None)
    if first is None:
        return
    delimiter = _delimiter(first[1])
    if delimiter:
        Table(delimiter, taker).read(itertools.chain([first], found))
    else:
        heading = True
        for line, data in itertools.chain([first], found):
            heading = _take_plain(line, data, taker, heading)


def _content(data: bytes) -> Iterator[bytes]:
    for line in data.split(b"\n", 4 * _LOOKED_AT)[: 4 * _LOOKED_AT]:
        line = line.strip()
        if line and not line.startswith(b"#"):
            yield line


def _delimiter(data: bytes) -> str:
    """The separator of a table, "" for a plain list: the first one that the first line has, or else most lines."""
    lines = [line for line, _ in zip(_content(data), range(_LOOKED_AT), strict=False)]
    for some in (lines[:1], lines):
        for mark in "\t;,":
            if some and 2 * sum(mark.encode() in line for line in some) > len(some):
                return mark
    return "," if lines and lines[-1].startswith(b'"') else ""  # a table of one column


def _take_plain(line: int, data: bytes, taker: Taker, heading: bool) -> bool:
    """Take lines of a plain list.

    `heading`: the first line with content is still to come; the same is returned for the lines that follow.
    """
    block, starts, ends = bounds(data)
    lines = np.arange(line, line + len(starts))
    said = (ends > starts) & (block[starts] != HASH)
    kept = np.flatnonzero(said)
    odd = kept[_with_byte(block, data, starts[kept], ends[kept], HASH) | with_space(block, starts[kept])]
    for at in odd.tolist():
        text = data[starts[at] : ends[at]].strip()
        if text.startswith(b"#") or not text:
            said[at] = False
            continue
        starts[at] += data[starts[at] : ends[at]].index(text)
        ends[at] = starts[at] + len(_without_comment(text))
    kept = np.flatnonzero(said)
    if heading and len(kept):
        at = kept[0]
        name = taker.text(data[starts[at] : ends[at]])
        if name is not None and not any(char.isdigit() for char in name):
            kept = kept[1:]
        heading = False
    many = len(kept)
    taker.take(block, starts[kept], ends[kept], np.zeros(many, np.int64), np.ones(many, np.int64), lines[kept])
    return heading


def _with_byte(block: np.ndarray, data: bytes, starts: np.ndarray, ends: np.ndarray, byte: int) -> np.ndarray:
    """Which of the texts have a byte in them."""
    if byte not in data:
        return np.zeros(len(starts), bool)
    found = np.flatnonzero(block == byte)
    return np.searchsorted(found, starts) < np.searchsorted(found, ends)


def _without_comment(text: bytes) -> bytes:
    """A line without the comment behind its number; in a pattern (33162######) "#" is a digit."""
    for run in _RUN.finditer(text):
        begin, end = run.span()
        single = end - begin == 1
        if single and text[begin - 1 : begin].isspace():
            return text[:begin].rstrip()
        rest = text[end:]
        if _WORDS.search(rest) and b"#" not in rest:
            return text[:begin] if single and not rest[:1].isspace() else text[:end]
    return text
