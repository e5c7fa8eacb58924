# SPDX-License-Identifier: Apache-2.0
"""The head of a WAV file or stream: how its samples are coded, where they begin, how many there should be."""

from __future__ import annotations

import struct
from collections.abc import Callable

_PCM, _FLOAT, _ALAW, _ULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_KINDS = {
    (_PCM, 8): "u8",
    (_PCM, 16): "s16",
    (_PCM, 24): "s24",
    (_PCM, 32): "s32",
    (_FLOAT, 32): "f32",
    (_FLOAT, 64): "f64",
    (_ALAW, 8): "alaw",
    (_ULAW, 8): "ulaw",
}
_OPEN_ENDED = 0x7FFF0000  # programs that write to a pipe put a length like this, or 0
_HEAD_MAX = 1 << 20  # bytes of chunks before the samples


class WavError(ValueError):
    """`str(error)` says what is wrong, as the end of a sentence that begins with the file's name."""


class WavHead:
    """kind: a name that `raw.from_bytes` takes, "" for other codings; length: bytes, None when open-ended."""

    def __init__(self, kind: str, rate: int, channels: int, offset: int, length: int | None) -> None:
        self.kind = kind
        self.rate = rate
        self.channels = channels
        self.offset = offset
        self.length = length


def read_head(read: Callable[[int], bytes]) -> WavHead:
    """Read up to the first sample. `read(n)` returns n bytes, fewer only at the end. Raises WavError."""
    riff = read(12)
    if len(riff) < 12 or riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
        raise WavError("is not a WAV file")
    kind, rate, channels, offset = None, 0, 0, 12
    while True:
        head = read(8)
        if len(head) < 8:
            raise WavError("ends before its samples: it is truncated")
        name, length = head[:4], struct.unpack("<I", head[4:])[0]
        offset += 8
        if name == b"data":
            if kind is None:
                raise WavError("has samples but does not say how they are coded")
            return WavHead(kind, rate, channels, offset, None if length == 0 or length >= _OPEN_ENDED else length)
        if length > _HEAD_MAX:
            raise WavError("has a damaged header")
        body = read(length + (length & 1))
        if len(body) < length:
            raise WavError("ends before its samples: it is truncated")
        offset += len(body)
        if name == b"fmt ":
            kind, rate, channels = _format(body)


def _format(body: bytes) -> tuple[str, int, int]:
    if len(body) < 16:
        raise WavError("has a damaged header")
    tag, channels, rate, _, _, bits = struct.unpack("<HHIIHH", body[:16])
    if tag == _EXTENSIBLE and len(body) >= 26:
        tag = struct.unpack("<H", body[24:26])[0]
    if not channels or not rate:
        raise WavError("has a damaged header")
    return _KINDS.get((tag, bits), ""), rate, channels
