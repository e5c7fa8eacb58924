# SPDX-License-Identifier: Apache-2.0
"""What was read from all inputs: numbers with category and score, rules, and what could not be used.

Reports of one number are added up as they come, so that memory grows with the different numbers, not with the files.
"""

from dataclasses import dataclass, field

import numpy as np

from ringwarden_tools.errors import UserError

EXAMPLES = 5
NUMBERS_MAX = 20_000_000  # different numbers, times categories: what 2 GB of memory hold
SCORE_LIMIT = 2**40  # of one report
_TOTAL_LIMIT = 2**62
_PENDING = 1 << 22
_CATEGORY_BITS = 5


@dataclass(frozen=True, order=True)
class Rule:
    """All numbers that begin with some digits.

    `prefix`: E.164 digits as they stand; `length`: digits of the whole number, 0 for any up to 15.
    """

    prefix: str
    length: int
    category: int = 0

    def __str__(self) -> str:
        return f"+{self.prefix}" + ("#" * (self.length - len(self.prefix)) if self.length else "*")


@dataclass
class Entries:
    """`refusals` counts lines that could not be used by reason; `examples` has the first as "file:line: reason: text".

    `reports` counts all that were used. `left_out` counts by reason what was read well but does not belong on a list.
    """

    rules: dict[tuple[str, int], dict[int, int]] = field(default_factory=dict)  # (prefix, length) -> category -> score
    refusals: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    unknown_categories: int = 0
    skipped_lines: int = 0
    reports: int = 0
    _merged: tuple[np.ndarray, np.ndarray] = field(
        default_factory=lambda: (np.zeros(0, np.uint64), np.zeros(0, np.int64))
    )
    _pending: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)
    _pending_count: int = 0
    _one_keys: list[int] = field(default_factory=list)
    _one_categories: list[int] = field(default_factory=list)
    _one_scores: list[int] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Lines that could not be used."""
        return sum(self.refusals.values())

    def refuse(self, place: str, reason: str, text: str) -> None:
        """Count a line that cannot be used."""
        self.refusals[reason] = self.refusals.get(reason, 0) + 1
        self._example(f"{place}: {reason}: {shown(text)}")

    def unknown_category(self, place: str, text: str, count: int = 1) -> None:
        """Count a number that is kept without the category that was named."""
        self.unknown_categories += count
        self._example(f"{place}: kept without its category, which nobody knows: {shown(text)}")

    def leave_out(self, reason: str, count: int = 1) -> None:
        """Count what was read well but is not put on the list."""
        if count:
            self.left_out[reason] = self.left_out.get(reason, 0) + count

    def add(self, key: int, category: int, score: int) -> None:
        """One report of one number."""
        self._one_keys.append(key)
        self._one_categories.append(category)
        self._one_scores.append(score)
        if len(self._one_keys) >= 1 << 16:
            self._flush()

    def add_many(self, keys: np.ndarray, categories: np.ndarray | int, scores: np.ndarray | int) -> None:
        """Reports of many numbers: uint64 keys with categories and scores, one for all or one each."""
        if not len(keys):
            return
        slots = (keys.astype(np.uint64) << np.uint64(_CATEGORY_BITS)) | np.asarray(categories, np.uint64)
        weights = np.broadcast_to(np.asarray(scores, np.int64), slots.shape)
        self.reports += len(slots)
        self._pending.append(_added_up(slots, weights))
        self._pending_count += len(self._pending[-1][0])
        if self._pending_count >= max(_PENDING, len(self._merged[0]) // 2):
            self._merge()

    def add_rule(self, prefix: str, length: int, category: int, score: int) -> None:
        """One report of all numbers that begin with a prefix."""
        by_category = self.rules.setdefault((prefix, length), {})
        by_category[category] = by_category.get(category, 0) + score
        self.reports += 1

    def totals(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(keys, categories, scores), ascending by key, then category; a pair of number and category stands once."""
        self._flush()
        self._merge()
        slots, scores = self._merged
        mask = np.uint64((1 << _CATEGORY_BITS) - 1)
        return slots >> np.uint64(_CATEGORY_BITS), (slots & mask).astype(np.uint8), scores

    def _flush(self) -> None:
        if self._one_keys:
            keys, categories = np.array(self._one_keys, np.uint64), np.array(self._one_categories, np.uint64)
            scores = np.array(self._one_scores, np.int64)
            self._one_keys, self._one_categories, self._one_scores = [], [], []
            self.add_many(keys, categories, scores)

    def _merge(self) -> None:
        if not self._pending:
            return
        parts, self._pending, self._pending_count = [self._merged, *self._pending], [], 0
        slots = np.concatenate([part[0] for part in parts])
        weights = np.concatenate([part[1] for part in parts])
        del parts
        self._merged = _added_up(slots, weights)
        if len(self._merged[0]) > NUMBERS_MAX:
            raise UserError(f"the inputs hold more than {NUMBERS_MAX:,} different numbers: build several smaller lists")

    def _example(self, text: str) -> None:
        if len(self.examples) < EXAMPLES:
            self.examples.append(text)


def _added_up(slots: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct slots, ascending, each with the sum of its weights (which stops short of overflowing)."""
    if len(slots) > 1 and not bool((slots[1:] > slots[:-1]).all()):
        order = np.argsort(slots, kind="stable")
        slots, weights = slots[order], weights[order]
        first = np.ones(len(slots), bool)
        first[1:] = slots[1:] != slots[:-1]
        starts = np.flatnonzero(first)
        if len(starts) < len(slots):
            sums = np.add.reduceat(weights, starts)
            if int(np.abs(weights).max()) > _TOTAL_LIMIT // len(weights):  # so large that a sum may have wrapped round
                sums = np.add.reduceat(weights.astype(np.float64), starts).clip(-_TOTAL_LIMIT, _TOTAL_LIMIT)
            slots, weights = slots[starts], sums.astype(np.int64)
    return np.ascontiguousarray(slots), np.ascontiguousarray(weights)


def shown(text: str) -> str:
    """Text from a file, safe for a terminal: no control characters, not long."""
    text = "".join(char if char.isprintable() else "?" for char in text[:80])
    return repr(text if len(text) <= 40 else text[:37] + "...")
