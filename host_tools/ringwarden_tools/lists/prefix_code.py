# SPDX-License-Identifier: Apache-2.0
"""Huffman's code: how deep each symbol stands in a tree of binary decisions."""

import heapq
from collections.abc import Sequence

LONGEST = 15


def lengths(counts: Sequence[int]) -> list[int]:
    """Depth of each symbol, 0 for one that does not occur; all 0 when but one occurs, which then takes no bits.

    Counts are flattened until no depth is over 15. Among equals the lower symbol is merged first.
    """
    counts = [int(count) for count in counts]
    while True:
        heap: list[tuple[int, int, tuple[int, ...]]] = [
            (count, symbol, (symbol,)) for symbol, count in enumerate(counts) if count
        ]
        depth = [0] * len(counts)
        heapq.heapify(heap)
        while len(heap) > 1:
            low, high = heapq.heappop(heap), heapq.heappop(heap)
            for symbol in low[2] + high[2]:
                depth[symbol] += 1
            heapq.heappush(heap, (low[0] + high[0], min(low[1], high[1]), low[2] + high[2]))
        if max(depth, default=0) <= LONGEST:
            return depth
        counts = [(count + 1) // 2 for count in counts]


def balanced(symbols: int) -> list[int]:
    """Depths when all symbols stand as high as they can; the first ones are a bit higher than the others."""
    shorter = symbols.bit_length() - 1
    first = (2 << shorter) - symbols
    return [shorter + (i >= first) for i in range(symbols)]
