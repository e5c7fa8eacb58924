# SPDX-License-Identifier: Apache-2.0
"""The canonical prefix code (Huffman) in which categories are written."""

import heapq
from dataclasses import dataclass

import numpy as np

SYMBOLS = 32
LONGEST = 15
EMPTY = bytes(SYMBOLS // 2)  # the table of a list without numbers


@dataclass(frozen=True)
class PrefixCode:
    """`lengths[symbol]` bits hold `codes[symbol]`; a single symbol needs no bits at all, though its table says 1."""

    lengths: np.ndarray  # int64, 32
    codes: np.ndarray  # int64, 32
    table: tuple[int, ...]  # the lengths as they stand in the header

    def packed(self) -> bytes:
        """16 bytes: the length for an even category in the low four bits, for the next one in the high four."""
        return bytes(self.table[i] | self.table[i + 1] << 4 for i in range(0, SYMBOLS, 2))


def build(counts: np.ndarray) -> PrefixCode:
    """The best code for symbols that occur so often (32 counts, at least one of them above 0)."""
    table = _lengths([int(count) for count in counts])
    lengths = np.array(table, np.int64)
    codes = np.zeros(SYMBOLS, np.int64)
    if np.count_nonzero(lengths) == 1:
        return PrefixCode(np.zeros(SYMBOLS, np.int64), codes, table)
    code = previous = 0
    for length, symbol in sorted((table[symbol], symbol) for symbol in range(SYMBOLS) if table[symbol]):
        code <<= length - previous
        codes[symbol] = code
        code += 1
        previous = length
    return PrefixCode(lengths, codes, table)


def _lengths(counts: list[int]) -> tuple[int, ...]:
    """Code lengths by Huffman's algorithm; counts are flattened until none is over 15. Ties go to the lower symbol."""
    while True:
        heap: list[tuple[int, int, tuple[int, ...]]]
        heap = [(count, symbol, (symbol,)) for symbol, count in enumerate(counts) if count]
        lengths = [0] * SYMBOLS
        if len(heap) == 1:
            lengths[heap[0][1]] = 1
        heapq.heapify(heap)
        while len(heap) > 1:
            low, high = heapq.heappop(heap), heapq.heappop(heap)
            for symbol in low[2] + high[2]:
                lengths[symbol] += 1
            heapq.heappush(heap, (low[0] + high[0], min(low[1], high[1]), low[2] + high[2]))
        if max(lengths) <= LONGEST:
            return tuple(lengths)
        counts = [(count + 1) // 2 for count in counts]
