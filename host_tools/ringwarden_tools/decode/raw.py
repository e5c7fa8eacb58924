# SPDX-License-Identifier: Apache-2.0
"""Samples that come as bare bytes: mu-law, A-law (ITU-T G.711) and linear PCM, to float32 in -1..1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

# What `--raw` takes, and how many bytes a sample has.
RAW_WIDTH = {"ulaw": 1, "alaw": 1, "s16": 2}

# File name endings that say as much.
RAW_ENDINGS = {
    ".ul": "ulaw",
    ".ulaw": "ulaw",
    ".mulaw": "ulaw",
    ".al": "alaw",
    ".alaw": "alaw",
}


def _ulaw_table() -> Samples:
    code = ~np.arange(256) & 0xFF
    size = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return (np.where(code & 0x80, -size, size) / 32768.0).astype(np.float32)


def _alaw_table() -> Samples:
    code = np.arange(256) ^ 0x55
    segment = (code & 0x70) >> 4
    low = ((code & 0x0F) << 4) + 8
    size = np.where(segment == 0, low, (low + 0x100) << np.maximum(segment - 1, 0))
    return (np.where(code & 0x80, size, -size) / 32768.0).astype(np.float32)


_ULAW = _ulaw_table()
_ALAW = _alaw_table()


def from_bytes(data: bytes, kind: str) -> Samples:
    """Samples from bytes, all whole. `kind`: ulaw, alaw, u8, s16, s24, s32, f32, f64 (little-endian)."""
    if kind == "ulaw":
        return _ULAW[np.frombuffer(data, np.uint8)]
    if kind == "alaw":
        return _ALAW[np.frombuffer(data, np.uint8)]
    if kind == "u8":
        return ((np.frombuffer(data, np.uint8).astype(np.int16) - 128) / 128).astype(np.float32)
    if kind == "s24":
        triples = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int32)
        value = (triples[:, 0] << 8) | (triples[:, 1] << 16) | (triples[:, 2] << 24)
        return (value / 2147483648.0).astype(np.float32)
    if kind in ("f32", "f64"):
        values = np.frombuffer(data, "<f4" if kind == "f32" else "<f8")
        return np.nan_to_num(values).astype(np.float32)
    dtype, scale = ("<i2", 32768.0) if kind == "s16" else ("<i4", 2147483648.0)
    return (np.frombuffer(data, dtype) / scale).astype(np.float32)
