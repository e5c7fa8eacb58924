# SPDX-License-Identifier: Apache-2.0
"""Any recording or stream as blocks of samples: a file for soundfile, bare mu-law, A-law or PCM, or standard input."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
import soundfile

from ringwarden_tools.decode import raw, wav
from ringwarden_tools.errors import UserError

BLOCK_S = 2.0  # of a file; a stream is taken as it comes
STREAM_BYTES = 1 << 14
RATE_MIN = 6000  # Hz: below, the space tone of Bell 202 (2200 Hz) is not in the recording
RATE_MAX = 1_000_000
CHANNELS_MAX = 64


class Sound(Protocol):
    """`blocks` yields float32 arrays of shape (samples, channels); `frames` is their sum, None when unknown."""

    name: str
    rate: int
    channels: int
    frames: int | None

    def blocks(self) -> Iterator[raw.Samples]: ...


def open_sound(source: str, raw_kind: str | None = None, rate: int | None = None) -> Sound:
    """The sound behind a path or "-". `raw_kind` and `rate` describe bare samples. Raises UserError."""
    if source == "-":
        return _from_stream(sys.stdin.buffer, raw_kind, rate)
    return _from_file(Path(source), raw_kind, rate)


# ---- files ----


def _from_file(path: Path, raw_kind: str | None, rate: int | None) -> Sound:
    name = str(path)
    try:
        if path.is_dir():
            raise UserError(f"{name}: is a folder; name a recording in it")
        with path.open("rb") as file:
            head = file.read(16)
            size = path.stat().st_size
    except FileNotFoundError:
        raise UserError(f"{name}: there is no such file; check the path of the recording") from None
    except (OSError, ValueError) as error:
        raise UserError(f"{name}: cannot be read ({_reason(error)}); check the file and its permissions") from None
    if not head:
        raise UserError(f"{name}: is empty; give a recording with sound in it")
    known = head[:4] in _CONTAINERS
    if raw_kind or (not known and path.suffix.lower() in raw.RAW_ENDINGS):
        kind = raw_kind or raw.RAW_ENDINGS[path.suffix.lower()]
        return _RawFile(path, kind, _checked_rate(name, rate or 8000), size)
    if rate:
        raise UserError(f"{name}: --rate is for bare samples; say how they are coded with --raw ulaw, alaw or s16")
    if path.suffix.lower() in (".raw", ".pcm") and not known:
        raise UserError(f"{name}: has no header; say how its samples are coded with --raw ulaw, alaw or s16")
    if head[:4] == b"RIFF":
        _check_wav(path, size)
    return _SoundFile(path, name)


_CONTAINERS = {b"RIFF", b"RIFX", b"RF64", b"fLaC", b".snd", b"OggS", b"FORM", b"caff", b"riff"}


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _checked_rate(name: str, rate: int) -> int:
    if rate < RATE_MIN:
        raise UserError(f"{name}: {rate} Hz is too slow for caller-ID; record at 8000 Hz or more")
    if rate > RATE_MAX:
        raise UserError(f"{name}: {rate} Hz is no sound; check the file's header")
    return rate


def _checked_channels(name: str, channels: int) -> int:
    if channels > CHANNELS_MAX:
        raise UserError(f"{name}: has {channels} channels; give a recording with at most {CHANNELS_MAX}")
    return channels


def _truncated(name: str) -> UserError:
    return UserError(f"{name}: is truncated: samples that its header announces are missing; copy or record it again")


def _check_wav(path: Path, size: int) -> None:
    """Refuse a WAV file that is shorter than its header says: soundfile would read what is left without a word."""
    with path.open("rb") as file:
        try:
            head = wav.read_head(file.read)
        except wav.WavError as error:
            raise UserError(f"{path}: {error}; copy or record it again") from None
    if head.length is not None and head.offset + head.length > size:
        raise _truncated(str(path))


class _SoundFile:
    """A file that soundfile reads, or a stream that was put into one."""

    def __init__(self, source: Path | IO[bytes], name: str) -> None:
        self.name = name
        self._spool = None if isinstance(source, Path) else source
        try:
            self._file: Any = soundfile.SoundFile(source)
        except (soundfile.SoundFileError, TypeError, ValueError, OSError):
            self._close_spool()
            raise UserError(f"{name}: is not a recording that can be read here; give a WAV, FLAC or AU file") from None
        self.rate = _checked_rate(name, self._file.samplerate)
        self.channels = _checked_channels(name, self._file.channels)
        self.frames: int | None = self._file.frames
        if not self.frames:
            raise UserError(f"{name}: holds no samples; give a recording with sound in it")

    def blocks(self) -> Iterator[raw.Samples]:
        done = 0
        try:
            while len(block := self._read_block()):
                done += len(block)
                yield np.nan_to_num(block)
        finally:
            self._file.close()
            self._close_spool()
        if self.frames is not None and done < self.frames:
            raise _truncated(self.name)

    def _read_block(self) -> raw.Samples:
        try:
            block: raw.Samples = self._file.read(int(BLOCK_S * self.rate), dtype="float32", always_2d=True)
        except (soundfile.SoundFileError, OSError):
            raise _truncated(self.name) from None
        return block

    def _close_spool(self) -> None:
        if self._spool:
            self._spool.close()


class _RawFile:
    """Bare samples in a file, one channel."""

    channels = 1

    def __init__(self, path: Path, kind: str, rate: int, size: int) -> None:
        self.name = str(path)
        self.rate = rate
        self.frames: int | None = size // raw.RAW_WIDTH[kind]
        self._path = path
        self._kind = kind
        if not self.frames:
            raise UserError(f"{path}: holds no samples; give a recording with sound in it")
        if size % raw.RAW_WIDTH[kind]:
            raise UserError(f"{path}: ends in the middle of a sample; check --raw {kind}, or copy the file again")

    def blocks(self) -> Iterator[raw.Samples]:
        size = int(BLOCK_S * self.rate) * raw.RAW_WIDTH[self._kind]
        with self._path.open("rb") as file:
            while data := file.read(size):
                yield raw.from_bytes(data, self._kind).reshape(-1, 1)


# ---- standard input ----


class _Pipe:
    """A stream from which a few bytes can be looked at first."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._ahead = b""

    def peek(self, n: int) -> bytes:
        self._ahead += self._exactly(n - len(self._ahead))
        return self._ahead[:n]

    def read(self, n: int) -> bytes:
        """n bytes, fewer only at the end."""
        taken, self._ahead = self._ahead[:n], self._ahead[n:]
        return taken + self._exactly(n - len(taken))

    def some(self, n: int) -> bytes:
        """What there is, at most n bytes; none at the end."""
        if self._ahead:
            return self.read(min(n, len(self._ahead)))
        read = getattr(self._stream, "read1", self._stream.read)
        return bytes(read(n))

    def _exactly(self, n: int) -> bytes:
        data = b""
        while len(data) < n:
            more = self._stream.read(n - len(data))
            if not more:
                break
            data += more
        return data


def _from_stream(stream: IO[bytes], raw_kind: str | None, rate: int | None) -> Sound:
    name, pipe = "standard input", _Pipe(stream)
    head = pipe.peek(12)
    if not head:
        raise UserError(f"{name}: is empty; pipe a recording into the command")
    if raw_kind:
        return _Stream(name, pipe, raw_kind, _checked_rate(name, rate or 8000), 1, None)
    if rate:
        raise UserError(f"{name}: --rate is for bare samples; say how they are coded with --raw ulaw, alaw or s16")
    if head[:4] == b"RIFF":
        try:
            wave = wav.read_head(pipe.read)
        except wav.WavError as error:
            raise UserError(f"{name}: {error}; send a whole WAV stream") from None
        if not wave.kind:
            raise UserError(f"{name}: is coded in a way that cannot be read from a stream; save it and give the file")
        channels = _checked_channels(name, wave.channels)
        return _Stream(name, pipe, wave.kind, _checked_rate(name, wave.rate), channels, wave.length)
    if head[:4] in _CONTAINERS:
        return _SoundFile(_spool(pipe), name)
    raise UserError(f"{name}: is not a WAV stream; say how its samples are coded: --raw ulaw, alaw or s16, and --rate")


def _spool(pipe: _Pipe) -> IO[bytes]:
    """The rest of the stream in a temporary file: FLAC and the like cannot be read without going back."""
    file = tempfile.TemporaryFile()
    while data := pipe.some(1 << 20):
        file.write(data)
    file.seek(0)
    return file


_WIDTH = {"u8": 1, "ulaw": 1, "alaw": 1, "s16": 2, "s24": 3, "s32": 4, "f32": 4, "f64": 8}


class _Stream:
    """Samples as they come."""

    def __init__(self, name: str, pipe: _Pipe, kind: str, rate: int, channels: int, length: int | None) -> None:
        self.name = name
        self.rate = rate
        self.channels = channels
        self._width = _WIDTH[kind] * channels
        self.frames = None if length is None else length // self._width
        self._pipe = pipe
        self._kind = kind
        self._length = length

    def blocks(self) -> Iterator[raw.Samples]:
        left, rest, done = self._length, b"", 0
        while left is None or left > 0:
            data = self._pipe.some(STREAM_BYTES if left is None else min(STREAM_BYTES, left))
            if not data:
                break
            if left is not None:
                left -= len(data)
            data = rest + data
            whole = len(data) - len(data) % self._width
            rest = data[whole:]
            if whole:
                done += whole
                yield raw.from_bytes(data[:whole], self._kind).reshape(-1, self.channels)
        if left or rest:
            raise _truncated(self.name)
        if not done:
            raise UserError(f"{self.name}: holds no samples; give a recording with sound in it")
