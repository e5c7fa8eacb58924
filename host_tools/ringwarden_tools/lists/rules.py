# SPDX-License-Identifier: Apache-2.0
"""Rules to the bytes of section 5 (docs/FORMATS.md); `ringwarden.blocklist.ranges` reads them on the box.

"All numbers of n digits that begin with P" is an interval of numbers. "All numbers that begin with P", whatever their
length, is one in the order of a dictionary (`ringwarden.blocklist.ranges.order`).
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ringwarden.blocklist.ranges import LENGTH_MAX, order
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists.entries import Rule

Span = tuple[int, int, int]
"""First, last, category."""

DIGITS = 15
_HEAD = struct.Struct("<HHHH")
ENTRIES_MAX = (LENGTH_MAX - _HEAD.size) // 15
NUMBERS_MAX = 5_000_000  # into which small ranges may be taken apart when there are too many of them


@dataclass(frozen=True)
class RuleSet:
    """`ranges` and `exceptions` in keys, `starts` in the order of a dictionary; each ascending, without overlap.

    `apart` are ranges that did not fit: their numbers are to be listed one by one.
    """

    ranges: list[Span]
    starts: list[Span]
    exceptions: list[Span]
    apart: list[Span]

    @property
    def count(self) -> int:
        return len(self.ranges) + len(self.starts)

    def packed(self) -> bytes:
        """The section's bytes, none when there are no rules."""
        if not self.count:
            return b""
        parts = [_HEAD.pack(len(self.ranges), len(self.starts), len(self.exceptions), 0)]
        for first, last, category in (*self.ranges, *self.starts, *self.exceptions):
            parts.append(first.to_bytes(7, "little") + last.to_bytes(7, "little") + bytes([category]))
        return b"".join(parts)

    def covers(self, keys: np.ndarray) -> np.ndarray:
        """Which keys (uint64) a rule covers, exceptions left alone."""
        inside = _inside(keys, self.ranges) | (_inside(_orders(keys), self.starts) if self.starts else False)
        return inside & ~_inside(keys, self.exceptions)


_POWERS = np.array([10**n for n in range(DIGITS + 1)], np.uint64)


def build(rules: Iterable[Rule], good: np.ndarray, good_spans: Sequence[tuple[int, int]]) -> RuleSet:
    """The rules without the known-good numbers: `good` ascending keys, `good_spans` (first, last) of whole ranges.

    Where rules lie inside each other the longer one says the category. Raises `UserError` when there are too many.
    """
    counted, starts = [], []
    for rule in rules:
        value = int(rule.prefix)
        if rule.length:
            scale = 10 ** (rule.length - len(rule.prefix))
            counted.append((value * scale, (value + 1) * scale - 1, rule.category))
        else:
            first = order(value)
            starts.append((first, first + 11 ** (DIGITS - len(rule.prefix)) - 1, rule.category))
    ranges, starts = _flat(counted), _flat(starts)
    exceptions = _exceptions(ranges, starts, good, good_spans)
    apart: list[Span] = []
    numbers = 0
    for span in sorted(ranges, key=lambda span: (span[1] - span[0], span)):
        if len(ranges) - len(apart) + len(starts) + len(exceptions) <= ENTRIES_MAX:
            break
        numbers += span[1] - span[0] + 1
        if numbers > NUMBERS_MAX:
            break
        apart.append(span)
    kept = sorted(set(ranges) - set(apart))
    if len(kept) + len(starts) + len(exceptions) > ENTRIES_MAX:
        raise UserError(
            f"there are {len(ranges) + len(starts):,} rules with {len(exceptions):,} exceptions, more than a list holds"
            f" ({ENTRIES_MAX:,} together): leave some of the patterns out"
        )
    return RuleSet(kept, starts, exceptions, sorted(apart))


def taken_apart(rules: RuleSet) -> tuple[np.ndarray, np.ndarray]:
    """(keys, categories) of the ranges that are listed number by number."""
    keys = [np.arange(first, last + 1, dtype=np.uint64) for first, last, _ in rules.apart]
    categories = [np.full(last - first + 1, category, np.uint8) for first, last, category in rules.apart]
    if not keys:
        return np.zeros(0, np.uint64), np.zeros(0, np.uint8)
    return np.concatenate(keys), np.concatenate(categories)


def _flat(spans: list[Span]) -> list[Span]:
    """Spans that lie inside each other or apart, as spans without overlap: the inner one counts."""
    out: list[Span] = []
    open_: list[Span] = []
    at = 0

    def put(first: int, last: int, category: int) -> None:
        if first > last:
            return
        if out and out[-1][1] + 1 == first and out[-1][2] == category:
            out[-1] = (out[-1][0], last, category)
        else:
            out.append((first, last, category))

    for span in sorted(spans, key=lambda span: (span[0], -span[1])):
        while open_ and open_[-1][1] < span[0]:
            put(at, open_[-1][1], open_[-1][2])
            at = open_.pop()[1] + 1
        if open_:
            put(at, span[0] - 1, open_[-1][2])
        at = span[0]
        open_.append(span)
    while open_:
        put(at, open_[-1][1], open_[-1][2])
        at = max(at, open_.pop()[1] + 1)
    return out


def _exceptions(
    ranges: list[Span], starts: list[Span], good: np.ndarray, good_spans: Sequence[tuple[int, int]]
) -> list[Span]:
    """The known-good numbers that a rule would cover."""
    if not ranges and not starts:
        return []
    whole = RuleSet(ranges, starts, [], [])
    hit = good[whole.covers(good)] if len(good) else good
    spans = [(int(key), int(key), 0) for key in hit]
    for first, last in good_spans:
        spans += [(first, last, 0)] if _meets(first, last, ranges, starts) else []
    out: list[Span] = []
    for first, last, _ in sorted(spans):
        if out and first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(last, out[-1][1]), 0)
        else:
            out.append((first, last, 0))
    return out


def _meets(first: int, last: int, ranges: list[Span], starts: list[Span]) -> bool:
    """Whether a range of numbers of one length has any in common with the rules."""
    from_, to = order(first), order(last)
    return any(a <= last and first <= b for a, b, _ in ranges) or any(a <= to and from_ <= b for a, b, _ in starts)


def _orders(keys: np.ndarray) -> np.ndarray:
    """`order` of many keys (uint64)."""
    digits = np.searchsorted(_POWERS, keys, side="right")
    filled = keys * _POWERS[DIGITS - digits]
    out = np.zeros(len(keys), np.uint64)
    for place in range(DIGITS):
        digit = filled // _POWERS[DIGITS - 1 - place] % np.uint64(10) + np.uint64(1)
        out = out * np.uint64(11) + np.where(place < digits, digit, np.uint64(0))
    return out


def _inside(keys: np.ndarray, spans: list[Span]) -> np.ndarray:
    if not spans:
        return np.zeros(len(keys), bool)
    firsts = np.array([span[0] for span in spans], np.uint64)
    lasts = np.array([span[1] for span in spans], np.uint64)
    at = np.searchsorted(firsts, keys, side="right")
    return (at > 0) & (keys <= lasts[np.maximum(at, 1) - 1])
