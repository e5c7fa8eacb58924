# SPDX-License-Identifier: Apache-2.0
"""Applying a delta (.rwd, docs/FORMATS.md): the next list out of the one that is there, as a stream, in 8 KiB of RAM.

The delta is read once from its beginning to its end; the old list (base) and what was written of the new one (target)
are read a piece at a time. The new list counts only when its SHA-256 is the one that the delta names: `apply` compares
them last.
"""

import hashlib
import struct

from ringwarden import native
from ringwarden.native import DeltaMachine

EXPLANATIONS = {
    "base": "this delta was made for another list than the one that is here",
    "room": "the new list does not fit in the room that there is for it",
    "magic": "this is not a Ringwarden delta",
    "version": "this delta is in a newer format than this software reads",
    "length": "the delta is not whole",
    "checksum": "the delta is damaged",
    "format": "the delta is damaged",
    "size": "this delta needs more memory than there is",
    "target": "what the delta made is not the list that it names",
}

HEADER_SIZE = 100
MEMORY = 7040  # bytes for the library; with the pieces that are read and what Python needs, 8 KiB
PIECE = 256
_MAGIC = b"\x89RWD\r\n\x1a\n"


class DeltaError(Exception):
    """A delta that cannot be applied; `code` is one of the words in `EXPLANATIONS`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(EXPLANATIONS.get(code, "the delta cannot be used"))


class DeltaHeader:
    """What a delta says of itself. `base_hash` and `target_hash` are SHA-256 (32 bytes). Raises `DeltaError`."""

    def __init__(self, data: bytes) -> None:
        if len(data) < HEADER_SIZE:
            raise DeltaError("length" if data == _MAGIC[: len(data)] or data[:8] == _MAGIC else "magic")
        if data[:8] != _MAGIC:
            raise DeltaError("magic")
        self.version, _, self.length, self.base_length, self.target_length = struct.unpack_from("<HHIII", data, 8)
        self.changes, self.additions = struct.unpack_from("<II", data, 24)
        if self.version != 1:
            raise DeltaError("version")
        if native.crc32(data[: HEADER_SIZE - 4]) != struct.unpack_from("<I", data, HEADER_SIZE - 4)[0]:
            raise DeltaError("checksum")
        self.base_hash = bytes(data[32:64])
        self.target_hash = bytes(data[64:96])


def digest(read, length: int) -> bytes:
    """SHA-256 of the first `length` bytes behind `read(offset, length) -> bytes`."""
    summed = hashlib.sha256()
    for offset in range(0, length, PIECE):
        summed.update(read(offset, min(PIECE, length - offset)))
    return summed.digest()


def apply(
    read_base, base_length: int, read_delta, write, read_target, room=None, base_hash=None, memory: int = MEMORY
) -> DeltaHeader:
    """Write the new list. Returns the delta's header: `target_length` and `target_hash` are those of what was written.

    `read_base(offset, length)` and `read_target(offset, length)` give exactly so many bytes, of the old list and of
    what `write` has written; `read_delta(n)` gives the delta's next bytes, at most n, b"" at its end.
    `write(offset, bytes)` is called once for every byte of the new list, in no certain order, with bytes that are good
    until it returns. `room` is how long the new list may be. `base_hash`, when the caller knows the SHA-256 of the old
    list, spares reading all of it.

    Raises `DeltaError`; what the four functions raise passes through. After either, nothing that was written is a list.
    """
    first = _exactly(read_delta, HEADER_SIZE)
    _check(first, read_base, base_length, room, base_hash)
    try:
        _run(DeltaMachine(memory), first, read_base, read_delta, write, read_target)
    except native.NativeError as error:
        raise DeltaError(error.code if error.code in EXPLANATIONS else "format")
    if _more(read_delta):
        raise DeltaError("length")
    header = DeltaHeader(first)  # only now: until here every byte counts
    if digest(read_target, header.target_length) != header.target_hash:
        raise DeltaError("target")
    return header


def _check(first: bytes, read_base, base_length: int, room, base_hash) -> None:
    """Is this a delta for the list that is here, and is there room for what it makes?"""
    header = DeltaHeader(first)
    if base_length != header.base_length or (base_hash or digest(read_base, base_length)) != header.base_hash:
        raise DeltaError("base")
    if room is not None and header.target_length > room:
        raise DeltaError("room")


def _run(machine: DeltaMachine, first: bytes, read_base, read_delta, write, read_target) -> None:
    while True:
        kind = machine.next()
        if kind == machine.DONE:
            return
        if kind == machine.WRITE:
            write(machine.offset, machine.data())
        elif kind == machine.READ_BASE:
            machine.feed(read_base(machine.offset, machine.length))
        elif kind == machine.READ_TARGET:
            machine.feed(read_target(machine.offset, machine.length))
        elif first:
            machine.feed(first)
            first = b""
        else:
            machine.feed(_exactly(read_delta, machine.length))


def _exactly(read_delta, length: int) -> bytes:
    """The next `length` bytes of the delta, fewer only where it ends."""
    data = read_delta(length)
    while 0 < len(data) < length:
        more = read_delta(length - len(data))
        if not more:
            break
        data += more
    return data


def _more(read_delta) -> bool:
    return len(read_delta(1)) > 0
