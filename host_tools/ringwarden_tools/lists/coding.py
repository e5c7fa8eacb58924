# SPDX-License-Identifier: Apache-2.0
"""How the numbers of a list are coded: the parameters and tables of the header (docs/FORMATS.md, "Tables")."""

import math
import struct
from dataclasses import dataclass

import numpy as np

from ringwarden_tools.lists import prefix_code

CATEGORIES = 32
RUN = 50  # symbols: classes 0 to 49, a run, then popular gaps
POPULAR_MAX = 11
CONTEXTS_MAX = 4
RUN_BITS = 32
BITS_MAX = 256  # probabilities of a model
FIXED_RATE = 255  # a count and limit for probabilities that never move
HALVES, SAME, GAP_TREE, GAP_START, CATEGORY_START = 1, 2, 4, 8, 16  # flags


@dataclass(frozen=True)
class Coding:
    """Everything that a block is coded with. `gap_depths` are those of `symbols`, or None for the balanced tree."""

    items: int
    keys: int
    blocks: int
    node_keys: int
    low: int
    high: int
    category_depths: tuple[tuple[int, int], ...]  # each category that occurs, ascending, and its depth
    thresholds: tuple[int, ...] = ()
    run_min: int = 0
    popular: tuple[int, ...] = ()
    halves: bool = True
    same: bool = False
    gap_depths: tuple[int, ...] | None = None
    gap_count: int = 0
    gap_limit: int = 30
    category_count: int = 0
    category_limit: int = 30
    gap_starts: bytes | None = None
    category_starts: bytes | None = None

    @property
    def symbols(self) -> int:
        """Symbols of the gap tree: classes, the run, popular gaps."""
        return self.high - self.low + 1 + (self.run_min > 0) + len(self.popular)

    @property
    def gap_nodes(self) -> int:
        """Decisions in the gap tree."""
        return self.symbols - 1 if self.gap_depths is None else sum(depth > 0 for depth in self.gap_depths) - 1

    @property
    def gap_bits(self) -> int:
        """Probabilities for gaps and runs: they come first in the model."""
        contexts = len(self.thresholds) + 1 + (self.run_min > 0)
        halves = self.high - self.low + 1 if self.halves else 0
        return contexts * self.gap_nodes + halves + (RUN_BITS if self.run_min else 0)

    @property
    def bits(self) -> int:
        """Probabilities of the model."""
        return self.gap_bits + len(self.category_depths) - 1 + (2 if self.same else 0)

    @property
    def flags(self) -> int:
        """The header's flags."""
        return (
            (HALVES if self.halves else 0)
            | (SAME if self.same else 0)
            | (GAP_TREE if self.gap_depths is not None else 0)
            | (GAP_START if self.gap_starts is not None else 0)
            | (CATEGORY_START if self.category_starts is not None else 0)
        )

    def tables(self) -> bytes:
        """The header behind its directory."""
        out = bytes(self.thresholds)
        out += b"".join(gap.to_bytes(5, "little") for gap in self.popular)
        if self.gap_depths is not None:
            out += nibbles(self.gap_depths)
        out += struct.pack("<I", sum(1 << category for category, _ in self.category_depths))
        if len(self.category_depths) > 1:
            out += nibbles([depth for _, depth in self.category_depths])
        return out + (self.gap_starts or b"") + (self.category_starts or b"")

    def starts(self, visits: np.ndarray) -> tuple[bytes, bytes]:
        """Start bytes of gaps and of categories, after what each probability met (zeros and ones)."""
        every = bytes(start(int(zeros), int(ones)) for zeros, ones in visits[: self.bits])
        return every[: self.gap_bits], every[self.gap_bits :]


def nibbles(values: "list[int] | tuple[int, ...]") -> bytes:
    """Four bits each, the low half of a byte first."""
    padded = [*values, 0]
    return bytes(padded[i] | padded[i + 1] << 4 for i in range(0, len(values), 2))


def start(zeros: int, ones: int) -> int:
    """The start byte of a probability that met so many bits: eighths of the natural logarithm of the odds of a zero."""
    odds = round(8 * math.log((zeros + 0.4) / (ones + 0.4)))
    return max(-64, min(64, odds)) & 255


def category_depths(counts: np.ndarray) -> tuple[tuple[int, int], ...]:
    """Depths in the tree of the categories that occur."""
    depths = prefix_code.lengths(counts.tolist())
    return tuple((category, depths[category]) for category in range(CATEGORIES) if counts[category])
