# SPDX-License-Identifier: Apache-2.0
"""Other ways to hold the same numbers: bits a number, and the share of strangers that they take for listed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import zstandard
from pyfusefilter import Fuse8, Fuse16
from pyroaring import BitMap64
from rbloom import Bloom

PROBES = 200_000
BLOOM_RATE = 2**-10


@dataclass(frozen=True)
class Peer:
    """`wrong`: the share of strangers that are taken for listed; None for exact ones."""

    name: str
    bits: float
    wrong: float | None


def zstd(keys: np.ndarray) -> Peer:
    """zstd -19 of the sorted gaps, in the better of two writings: bytes of 7 bits each, and 8 bytes each."""
    gaps = np.diff(keys, prepend=np.uint64(0))
    packer = zstandard.ZstdCompressor(level=19)
    size = min(len(packer.compress(data)) for data in (varint(gaps), gaps.astype("<u8").tobytes()))
    return Peer("zstd -19 of gaps", 8 * size / len(keys), None)


def varint(values: np.ndarray) -> bytes:
    """LEB128: seven bits a byte, the low ones first, the high bit set when more follow."""
    lengths = np.ones(len(values), np.int64)
    for shift in range(7, 64, 7):
        lengths += (values >> np.uint64(shift)) > 0
    ends = np.cumsum(lengths)
    out = np.zeros(int(ends[-1]), np.uint8)
    begins = ends - lengths
    for byte in range(int(lengths.max())):
        rows = lengths > byte
        low = (values[rows] >> np.uint64(7 * byte)) & np.uint64(127)
        out[begins[rows] + byte] = low + np.where(lengths[rows] > byte + 1, 128, 0).astype(np.uint64)
    return out.tobytes()


def roaring(keys: np.ndarray) -> Peer:
    """Roaring bitmaps of 64-bit integers, runs where they are shorter."""
    made = BitMap64(keys)
    made.run_optimize()
    return Peer("pyroaring", 8 * len(made.serialize()) / len(keys), None)


def bloom(keys: np.ndarray, strangers: np.ndarray) -> Peer:
    """A Bloom filter that is asked for one error in 1,024."""
    made = Bloom(len(keys), BLOOM_RATE, _mixed)
    made.update(keys.tolist())
    return Peer("rbloom, 2^-10", made.size_in_bits / len(keys), _share(made.__contains__, strangers))


def fuse(keys: np.ndarray, strangers: np.ndarray) -> list[Peer]:
    """Binary fuse filters with fingerprints of 8 and of 16 bits."""
    out = []
    for name, kind in (("binary fuse, 8 bits", Fuse8), ("binary fuse, 16 bits", Fuse16)):
        made = kind(len(keys))
        made.populate(keys.tolist())
        out.append(Peer(name, 8 * made.size_in_bytes() / len(keys), _share(made.contains, strangers)))
    return out


def _mixed(value: int) -> int:
    """rbloom asks for a hash of its own: SplitMix64's second step, as a signed integer."""
    mask = 2**64 - 1
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & mask
    value = (value ^ value >> 27) * 0x94D049BB133111EB & mask
    value ^= value >> 31
    return value - (value >> 63 << 64)


def _share(contains: Callable[[int], bool], strangers: np.ndarray) -> float:
    asked = strangers[:PROBES].tolist()
    return sum(map(contains, asked)) / len(asked)


def measure(keys: np.ndarray, strangers: np.ndarray, large: bool) -> list[Peer]:
    """All of them; filters are left out of `large` lists, where they only take longer."""
    out = [zstd(keys), roaring(keys)]
    return out if large else [*out, bloom(keys, strangers), *fuse(keys, strangers)]
