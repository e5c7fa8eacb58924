# SPDX-License-Identifier: Apache-2.0
"""A list behind `read(offset, length) -> bytes`: checked whole in small pieces, then asked a few bytes at a time."""

import struct

from ringwarden import native
from ringwarden.blocklist.errors import EXPLANATIONS, ListError
from ringwarden.blocklist.ranges import LENGTH_MAX, Ranges

RULES = 5  # type of the section with rules
PIECE = 1024  # bytes read at once when the whole list is checked
_FIXED = 64  # the header before its directory of sections


def stored_length(header: bytes) -> int:
    """Length of the list that begins with these 16 bytes or more: for a partition that is larger than the list in it.

    Raises `ListError` "length" when there are too few bytes and "magic" when they begin no list.
    """
    if len(header) < 16:
        raise ListError("length")
    if header[:8] != b"\x89RWL\r\n\x1a\n":
        raise ListError("magic")
    return struct.unpack_from("<I", header, 12)[0]


class Section:
    """An entry of the directory: `kind` (docs/FORMATS.md, section types), place and checksum."""

    __slots__ = ("kind", "offset", "length", "checksum")

    def __init__(self, kind: int, offset: int, length: int, checksum: int) -> None:
        self.kind = kind
        self.offset = offset
        self.length = length
        self.checksum = checksum


class Blocklist:
    """A list of `size` bytes. The header is checked here, everything else by `verify`.

    `count` is how many numbers it holds, `country` the ISO code of the country it was made for or "", `reads` how many
    reads the last lookup needed. Raises `ListError`; what `read` raises passes through.
    """

    def __init__(self, read, size: int, close=None) -> None:
        self._source = read
        self._close = close
        self.size = size
        try:
            self._reader = native.ListReader(self._read, size)
        except native.NativeError as error:
            raise _translated(error)
        self._header = self._reader.header
        self.count = self._reader.count
        self.country = "".join([chr(byte) for byte in self._header[20:22] if 65 <= byte <= 90])
        self.rules = self._load_rules()

    def _load_rules(self) -> "Ranges | None":
        """The rules, which are held in memory; None when the list has none."""
        for section in self.sections():
            if section.kind == RULES:
                if section.length > LENGTH_MAX:
                    raise ListError("format")
                data = b""
                while len(data) < section.length:
                    data += self._read(section.offset + len(data), min(PIECE, section.length - len(data)))
                if native.crc32(data) != section.checksum:
                    raise ListError("checksum")
                return Ranges(data)
        return None

    @property
    def reads(self) -> int:
        """Reads that the last lookup needed: 0 to 3."""
        return self._reader.reads

    def lookup(self, key: int) -> "int | None":
        """Category index of a key (`ringwarden.numbers.key`), None when it is not listed. Raises `ListError`."""
        try:
            found = self._reader.lookup(key)
        except native.NativeError as error:
            raise _translated(error)
        return self.rules.lookup(key) if found is None and self.rules else found

    def sections(self) -> "list[Section]":
        """The directory, in the order of the file."""
        out = []
        offset = len(self._header)
        for index in range(self._header[23]):
            kind, _, length, checksum = struct.unpack_from("<HHII", self._header, _FIXED + 12 * index)
            out.append(Section(kind, offset, length, checksum))
            offset += length
        return out

    def verify(self) -> None:
        """Read the whole list once and compare every checksum: any flipped bit ends in `ListError`."""
        for section in self.sections():
            checksum = 0
            for done in range(0, section.length, PIECE):
                piece = self._read(section.offset + done, min(PIECE, section.length - done))
                checksum = native.crc32(piece, checksum)
            if checksum != section.checksum:
                raise ListError("checksum")

    def close(self) -> None:
        """Let go of the file; a list that was opened over `read` alone has nothing to close."""
        if self._close:
            self._close()

    def _read(self, offset: int, length: int) -> bytes:
        """Exactly the bytes that were asked for: a medium that gives fewer holds no whole list."""
        data = self._source(offset, length)
        if len(data) != length:
            raise ListError("length")
        return data


def _translated(error: native.NativeError) -> ListError:
    return ListError(error.code if error.code in EXPLANATIONS else "format")


def open_file(path: str, verify: bool = True) -> Blocklist:
    """The list in a file, which stays open until `close`. Raises `ListError`, or `OSError` when it cannot be read."""
    file = open(path, "rb")

    def read(offset: int, length: int) -> bytes:
        file.seek(offset)
        return file.read(length)

    try:
        blocklist = Blocklist(read, file.seek(0, 2), file.close)
        if verify:
            blocklist.verify()
    except Exception:
        file.close()
        raise
    return blocklist
