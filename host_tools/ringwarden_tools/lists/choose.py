# SPDX-License-Identifier: Apache-2.0
"""Choosing how a list is coded: a few structures and rates of learning are tried, the smallest is kept.

Large lists are tried on a sample. The same numbers always lead to the same choice.
"""

import math
from dataclasses import replace

import numpy as np

from ringwarden_tools.lists import coder, prefix_code
from ringwarden_tools.lists.coding import BITS_MAX, CONTEXTS_MAX, FIXED_RATE, POPULAR_MAX, RUN, Coding, category_depths
from ringwarden_tools.lists.header import provisional

ITEMS = 128  # numbers in a block: half of them are decoded in a lookup
ITEMS_CHEAP = 256  # where numbers stand so close that the index would weigh more than they do
CHEAP = 7.0  # bits a number up to which they do
ITEMS_SMALL = 512  # a short list is one block, which needs no index
KEYS_MAX = 65535
NODE_KEYS = 4096  # a node's part of the front then fits a sector of flash at 8 bits a number
NODES = 350  # as many nodes as the top of the index has room for, with some to spare
RUN_MIN = 3
SAMPLE = 1 << 18
SLICES = 8
SMALL_GAPS = 1 << 16
SWIFT = 1.003  # what a list that is read faster may be larger
WORTH = 120.0  # bits that a popular gap must save to be given a symbol

# (count, limit): how fast probabilities learn. Those that begin at 0 begin without start bytes.
RATES = ((FIXED_RATE, FIXED_RATE), (30, 30), (14, 14), (62, 62), (126, 126))
FRESH_RATES = ((0, 126), (0, 30))


def sample(keys: np.ndarray, categories: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The whole list, or a few stretches of it from one end to the other."""
    if len(keys) <= 2 * SAMPLE:
        return keys, categories
    starts = np.linspace(0, len(keys) - SAMPLE // SLICES, SLICES).astype(np.int64)
    rows = np.concatenate([np.arange(at, at + SAMPLE // SLICES) for at in starts])
    return keys[rows], categories[rows]


def choose(keys: np.ndarray, categories: np.ndarray) -> Coding:
    """The best coding that was found for keys (uint64, ascending) and categories (uint8), at least one of each."""
    tried = Trial(*sample(keys, categories))
    gaps = np.diff(keys)
    low = int(gaps.min()).bit_length() - 1 if len(gaps) else 0
    # The stretches of a sample lie further apart than any two numbers of a campaign.
    high = max(int(gaps.max()), int(np.diff(tried.keys).max())).bit_length() - 1 if len(gaps) else 0
    counts = np.bincount(categories, minlength=32)
    node_keys = max(NODE_KEYS, -(-len(keys) // NODES))
    items = ITEMS_SMALL if len(keys) <= ITEMS_SMALL else ITEMS
    plain = Coding(
        items, items, min(256, -(-node_keys // items)), node_keys, low, high, category_depths(counts),
        same=_same_pays(tried.categories),
    )  # fmt: skip
    every = [
        tried.structure(plain, run_min, contexts) for run_min in (0, RUN_MIN) for contexts in range(1, CONTEXTS_MAX + 1)
    ]
    structures = list(dict.fromkeys(structure for structure in every if structure is not None))
    found = min((tried.started(structure) for structure in structures), key=tried.size)
    found = tried.gap_rates(found)
    found = tried.category_rates(found)
    found = tried.block_size(found)
    return tried.node_sizes(found) if found.run_min else found


class Trial:
    """A sample, and what codings make of it."""

    def __init__(self, keys: np.ndarray, categories: np.ndarray) -> None:
        self.keys = keys
        self.categories = categories
        self._sizes: dict[Coding, int] = {}
        self._statistics: dict[int, tuple[np.ndarray, np.ndarray]] = {}

    def encode(self, coding: Coding) -> coder.Coded:
        """The sample as this coding writes it."""
        return coder.encode(
            *provisional(coding, len(self.keys), int(self.keys[0])), self.keys, self.categories, coding.items
        )

    def size(self, coding: Coding) -> int:
        """Bytes of body, index, top and tables. A block that no read can hold is no choice."""
        if coding not in self._sizes:
            try:
                made = self.encode(coding)
                top = 10 * len(made.node_keys) if len(made.node_keys) > 1 else 0
                self._sizes[coding] = len(made.body) + len(made.index) + top + len(coding.tables())
            except coder.CodingError as error:
                if error.status != coder.SIZE_ERROR:
                    raise
                self._sizes[coding] = 1 << 62
        return self._sizes[coding]

    def structure(self, plain: Coding, run_min: int, contexts: int) -> Coding | None:
        """Tree, contexts and popular gaps, with runs or without; None when it cannot or need not be."""
        pairs, small = self._statistics_of(run_min)
        if run_min and not pairs[:, RUN].any():
            return None
        popular = _popular(pairs, small)
        thresholds = _thresholds(pairs, contexts)
        if len(thresholds) + 1 < contexts:
            return None
        symbols = pairs.sum(axis=0).astype(np.int64)
        for gap in popular:
            symbols[gap.bit_length() - 1] -= small[gap]
        counts = symbols[plain.low : plain.high + 1]
        counts = np.maximum(counts, 1) if len(self.keys) > 2 * ITEMS_SMALL else counts  # a sample may miss a class
        counts = [*counts.tolist(), *([int(symbols[RUN])] if run_min else []), *(int(small[gap]) for gap in popular)]
        depths = prefix_code.lengths(counts)
        coding = replace(
            plain,
            keys=KEYS_MAX if run_min else plain.items,
            run_min=run_min,
            popular=popular,
            thresholds=thresholds,
            gap_depths=tuple(depths) if any(depths) else None,
        )
        if coding.bits > BITS_MAX:
            coding = replace(coding, halves=False)
        return coding if coding.bits <= BITS_MAX else None

    def _statistics_of(self, run_min: int) -> tuple[np.ndarray, np.ndarray]:
        if run_min not in self._statistics:
            self._statistics[run_min] = coder.statistics(self.keys, self.categories, run_min, SMALL_GAPS)
        return self._statistics[run_min]

    def started(self, coding: Coding) -> Coding:
        """The same with start bytes, taken from a first pass."""
        try:
            gaps, categories = coding.starts(self.encode(coding).visits)
        except coder.CodingError as error:
            if error.status != coder.SIZE_ERROR:
                raise
            return coding
        count, limit = RATES[0]
        return replace(
            coding, gap_starts=gaps, category_starts=categories,
            gap_count=count, gap_limit=limit, category_count=count, category_limit=limit,
        )  # fmt: skip

    def gap_rates(self, coding: Coding) -> Coding:
        """The best rate of learning for gaps; short lists do without start bytes, or without a tree of their own."""
        tries = [replace(coding, gap_count=count, gap_limit=limit) for count, limit in RATES]
        for count, limit in FRESH_RATES:
            fresh = replace(coding, gap_starts=None, gap_count=count, gap_limit=limit)
            even = replace(fresh, gap_depths=None)
            tries += [fresh] + ([even] if even.bits <= BITS_MAX else [])
        return self._best(tries)

    def category_rates(self, coding: Coding) -> Coding:
        """The same for categories."""
        if len(coding.category_depths) == 1:
            return replace(
                coding, category_starts=None, category_count=coding.gap_count, category_limit=coding.gap_limit
            )
        tries = [replace(coding, category_count=count, category_limit=limit) for count, limit in RATES]
        tries += [
            replace(coding, category_starts=None, category_count=count, category_limit=limit)
            for count, limit in FRESH_RATES
        ]
        return self._best(tries)

    def _best(self, tries: list[Coding]) -> Coding:
        """The smallest; the first one, whose probabilities never move, if it is about as small: it is read faster."""
        best = min(tries, key=self.size)
        return tries[0] if self.size(tries[0]) < self.size(best) * SWIFT + 4 else best

    def block_size(self, coding: Coding) -> Coding:
        """More numbers in a block when they are small."""
        if coding.items == ITEMS_SMALL or 8 * self.size(coding) > CHEAP * len(self.keys):
            return coding
        items = ITEMS_CHEAP if 16 * self.size(coding) > CHEAP * len(self.keys) else 2 * ITEMS_CHEAP
        return replace(
            coding,
            items=items,
            keys=coding.keys if coding.run_min else items,
            blocks=min(256, -(-coding.node_keys // items)),
        )

    def node_sizes(self, coding: Coding) -> Coding:
        """Runs make numbers so cheap that larger nodes may pay."""
        return min(
            (replace(coding, node_keys=node_keys) for node_keys in (coding.node_keys, 16 * coding.node_keys)),
            key=self.size,
        )


def _same_pays(categories: np.ndarray) -> bool:
    """Does a bit "as before" before each category save anything over the categories' own frequencies?"""
    counts = np.bincount(categories, minlength=32)
    if np.count_nonzero(counts) < 2:
        return False
    same = categories[1:] == categories[:-1]
    after = [int(np.count_nonzero(same[1:][same[:-1] == seen])) for seen in (False, True)]
    totals = [int(np.count_nonzero(~same[:-1])), int(np.count_nonzero(same[:-1]))]
    flags = sum(_entropy(np.array([hits, total - hits])) for hits, total in zip(after, totals, strict=True))
    changed = np.bincount(categories[1:][~same], minlength=32)
    return flags + _entropy(changed) < 0.97 * _entropy(counts)


def _entropy(counts: np.ndarray) -> float:
    """Bits that all these symbols need together."""
    counts = counts[counts > 0].astype(np.float64)
    return float(counts.sum() * math.log2(counts.sum()) - (counts * np.log2(counts)).sum()) if len(counts) else 0.0


def _popular(pairs: np.ndarray, small: np.ndarray) -> tuple[int, ...]:
    """Gaps that occur so much more often than others of their class that a symbol of their own pays."""
    classes = pairs.sum(axis=0).astype(np.float64)
    gaps = np.flatnonzero(small[2:] > 4) + 2
    if len(gaps) == 0:
        return ()
    above = np.frexp(gaps.astype(np.float64))[1] - 1
    saved = small[gaps] * (np.log2(small[gaps] / np.maximum(classes[above], 1)) + above - 0.3)
    best = np.argsort(-saved, kind="stable")[:POPULAR_MAX]
    return tuple(sorted(int(gaps[i]) for i in best if saved[i] > WORTH))


def _thresholds(pairs: np.ndarray, contexts: int) -> tuple[int, ...]:
    """Where to cut the classes before a gap into so many contexts, so that the gaps cost least."""
    rows = pairs[:RUN].astype(np.float64)
    used = np.flatnonzero(rows.sum(axis=1))
    if len(used) < contexts:
        return ()
    sums = np.vstack([np.zeros(rows.shape[1]), np.cumsum(rows[used], axis=0)])
    n = len(used)
    cost = [[_entropy(sums[j] - sums[i]) if j > i else 0.0 for j in range(n + 1)] for i in range(n + 1)]
    best: dict[tuple[int, int], tuple[float, tuple[int, ...]]] = {(1, j): (cost[0][j], ()) for j in range(1, n + 1)}
    for k in range(2, contexts + 1):
        for j in range(k, n + 1):
            best[k, j] = min((best[k - 1, i][0] + cost[i][j], (*best[k - 1, i][1], i)) for i in range(k - 1, j))
    return tuple(int(used[i]) for i in best[contexts, n][1])
