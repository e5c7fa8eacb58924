# SPDX-License-Identifier: Apache-2.0
"""The exchange's caller-ID modem: bytes into continuous-phase FSK with seizure and mark (GR-30-CORE, EN 300 659-1)."""

from __future__ import annotations

import math

import numpy as np

from .signals import RATE, amplitude

BAUD = 1200.0
TONES = {"bell202": (1200.0, 2200.0), "v23": (1300.0, 2100.0)}  # Hz: mark (1), space (0)
SEIZURE_BITS = 300  # 0 and 1 in turn, beginning with 0
MARK_BITS = 180
MARK_OUT_BITS = 4  # mark after the last stop bit, so that the last byte is followed by carrier as on real lines


def modulate(
    data: bytes,
    standard: str,
    dbm0: float,
    *,
    seizure: int = SEIZURE_BITS,
    mark: int = MARK_BITS,
    stop_bits: float = 1.0,
    twist_db: float = 0.0,
) -> np.ndarray:
    """One burst: seizure, mark, then each byte with a start bit, eight bits (lowest first) and `stop_bits` of mark.

    `stop_bits` may be a fraction (real lines send about 1.4). `twist_db` makes space louder than mark by that much
    while the mean power of both stays at `dbm0`. Returns float64 samples at 8 kHz.
    """
    bits, lengths = _bits(data, seizure, mark, stop_bits)
    edges = np.concatenate([[0.0], np.cumsum(lengths)]) * (RATE / BAUD)  # in samples, not whole ones
    mark_hz, space_hz = TONES[standard]
    hz = np.where(bits == 1, mark_hz, space_hz)
    phase_at_edge = np.concatenate([[0.0], np.cumsum(hz * lengths / BAUD)])  # in turns
    n = np.arange(int(math.ceil(edges[-1])))
    bit = np.minimum(np.searchsorted(edges, n, side="right") - 1, len(bits) - 1)
    turns = phase_at_edge[bit] + hz[bit] * (n - edges[bit]) / RATE
    return _loudness(bits, dbm0, twist_db)[bit] * np.sin(2.0 * np.pi * turns)


def _bits(data: bytes, seizure: int, mark: int, stop_bits: float) -> tuple[np.ndarray, np.ndarray]:
    """Bit values and their lengths in bit times."""
    values: list[int] = [i & 1 for i in range(seizure)] + [1] * mark
    lengths: list[float] = [1.0] * len(values)
    for byte in data:
        values += [0] + [byte >> i & 1 for i in range(8)] + [1]
        lengths += [1.0] * 9 + [stop_bits]
    values += [1] * MARK_OUT_BITS
    lengths += [1.0] * MARK_OUT_BITS
    return np.array(values), np.array(lengths)


def _loudness(bits: np.ndarray, dbm0: float, twist_db: float) -> np.ndarray:
    """Peak of each bit."""
    ratio = 10.0 ** (twist_db / 10.0)
    mark_share = 2.0 / (1.0 + ratio)
    return np.where(bits == 1, math.sqrt(mark_share), math.sqrt(mark_share * ratio)) * amplitude(dbm0)
