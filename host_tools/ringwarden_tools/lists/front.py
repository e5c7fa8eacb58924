# SPDX-License-Identifier: Apache-2.0
"""The front: a blocked Bloom filter. One line of 64 bytes decides for most numbers that they are not listed."""

from dataclasses import dataclass

import numpy as np

GOLDEN = 0x9E3779B97F4A7C15
PROBES_MAX = 7  # nine bits each from one hash of 64 bits


@dataclass(frozen=True)
class Front:
    """Lines of 2^line_shift bytes, in which each number sets `probes` bits."""

    data: bytes
    line_shift: int
    probes: int


def mix(keys: np.ndarray, nth: int) -> np.ndarray:
    """The `nth` output (1, 2, ...) of SplitMix64 seeded with each key (uint64)."""
    z = keys + np.uint64(nth * GOLDEN & 0xFFFFFFFFFFFFFFFF)
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return z ^ z >> np.uint64(31)


def probes_for(bits: int) -> int:
    """Bits to set for each number: 0.65 a bit of room, a little below Bloom's ln 2, as lines are not equally full."""
    return max(1, min(PROBES_MAX, (13 * bits + 10) // 20))


def build(keys: np.ndarray, bits: int) -> Front:
    """The front over `keys` (uint64) with about `bits` bits a number; 0 bits make none."""
    line_shift = 6 if len(keys) * bits > 256 else 5
    probes = probes_for(bits)
    if bits == 0 or len(keys) == 0:
        return Front(b"", line_shift, probes)
    line_bits = 8 << line_shift
    lines = -(-len(keys) * bits // line_bits)
    line = (mix(keys, 1) >> np.uint64(32)) * np.uint64(lines) >> np.uint64(32)
    hashes = mix(keys, 2)
    room = np.zeros(lines * line_bits, np.uint8)
    for _ in range(probes):
        room[line * np.uint64(line_bits) + (hashes & np.uint64(line_bits - 1))] = 1
        hashes >>= np.uint64(line_shift + 3)
    return Front(np.packbits(room, bitorder="little").tobytes(), line_shift, probes)
