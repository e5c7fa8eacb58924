# SPDX-License-Identifier: Apache-2.0
"""An input file as a stream of bytes in UTF-8, whatever it is packed in and however it is written. Bounded memory.

Packing (gzip, bzip2, xz) is seen from the first bytes, not from the name. UTF-16 and UTF-32 with a byte order mark are
turned into UTF-8; other bytes pass as they are, since numbers are ASCII in every other encoding that lists come in.
"""

import bz2
import codecs
import gzip
import lzma
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from ringwarden_tools.errors import UserError

BLOCK = 1 << 20  # bytes read at once
STDIN = "-"

_PACKED: tuple[tuple[bytes, Callable[[Any], Any]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ\0", lzma.open),
)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, ""),
)
_DAMAGE = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile)

Progress = Callable[[int], None]
"""Is told how many bytes of the input files have been read since it was last called."""


class Input:
    """One input file. `encoding` is "" unless a byte order mark named a wide one; then bytes come out as UTF-8."""

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self.path = path
        self.encoding = ""
        self._progress = progress

    def blocks(self) -> Iterator[bytes]:
        """The file, piece by piece; the first piece is at least 4 bytes unless the file is shorter.

        Raises `UserError` when it cannot be opened, read or unpacked.
        """
        try:
            with _opened(self.path) as file:
                yield from self._decoded(self._unpacked(file))
        except _DAMAGE as error:
            detail = str(error) or "it ends too early"
            raise UserError(f"{self.path} cannot be unpacked ({detail}): fetch it again") from None
        except OSError as error:
            reason = error.strerror or str(error)
            raise UserError(f"{self.path} cannot be read ({reason}): check the path") from None

    def _unpacked(self, file: IO[bytes]) -> Iterator[bytes]:
        raw = _Counted(file, self._progress)
        head = raw.peek()
        for magic, opener in _PACKED:
            if head.startswith(magic):
                with opener(raw) as unpacked:
                    while block := unpacked.read(BLOCK):
                        yield block
                return
        if head.startswith(b"PK\x03\x04"):
            raise UserError(f"{self.path} is a ZIP archive: unpack it and give the files in it")
        while block := raw.read(BLOCK):
            yield block

    def _decoded(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        first = next(blocks, b"")
        mark, self.encoding = next(((m, name) for m, name in _MARKS if first.startswith(m)), (b"", ""))
        first = first[len(mark) :]
        if not self.encoding:
            if first:
                yield first
            yield from blocks
            return
        decoder = codecs.getincrementaldecoder(self.encoding)()
        line = 1
        try:
            text = decoder.decode(first)
            while True:
                yield text.encode()
                line += text.count("\n")
                block = next(blocks, None)
                if block is None:
                    text = decoder.decode(b"", final=True)
                    break
                text = decoder.decode(block)
        except UnicodeError:
            raise UserError(
                f"{self.path} is not a text file or is damaged (no {self.encoding.upper()} after line {line}):"
                " save it again as UTF-8"
            ) from None


def total_size(paths: list[Path]) -> int | None:
    """Bytes in all the files together, None when one of them does not say (a pipe)."""
    total = 0
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        total += status.st_size
    return total


def _opened(path: Path) -> IO[bytes]:
    if str(path) == STDIN:
        return open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
    return open(path, "rb", buffering=0)


class _Counted:
    """A raw file that reports what is read from it, with a look at its first bytes."""

    def __init__(self, file: IO[bytes], progress: Progress | None) -> None:
        self._file = file
        self._progress = progress
        self._head = b""

    def peek(self) -> bytes:
        while len(self._head) < 8:
            more = self._file.read(BLOCK)
            if not more:
                break
            self._head += more
        return self._head

    def read(self, size: int = BLOCK) -> bytes:
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = self._file.read(size)
        if self._progress and data:
            self._progress(len(data))
        return data

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        """The file belongs to who opened it."""
