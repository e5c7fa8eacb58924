# SPDX-License-Identifier: Apache-2.0
"""A JSON document in a file, piece by piece: a household with many contacts never stands in memory as a whole.

Only the outermost table and the lists in it are taken apart here; each piece is read by the interpreter's own `json`.
"""

import json

CHUNK = 512
PIECE_MAX = 8192

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_SPACE = b" \t\r\n"


class Pieces:
    """`file` is open for reading bytes. Iterating gives (name, None, value), or (name, index, item) for a list's items.

    An empty list is (name, None, []). ValueError when the file is no JSON table, or a piece is larger than `PIECE_MAX`.
    """

    def __init__(self, file) -> None:
        self._file = file
        self._text = b""

    def each(self, only_lists: bool) -> "Iterator[tuple[str, int | None, Any]]":
        """The items of lists only, or everything else only."""
        self._file.seek(0)
        self._text = b""
        if self._next() == 0xEF:  # a byte order mark
            self._take(b"\xef\xbb\xbf")
        self._take(b"{")
        more = self._next() != 0x7D
        while more:
            name = json.loads(self._value())
            if not isinstance(name, str):
                raise ValueError("a name that is no text")
            self._take(b":")
            yield from self._field(name, only_lists)
            more = self._next() == 0x2C
            if more:
                self._take(b",")
        self._take(b"}")
        if self._next() >= 0:
            raise ValueError("something behind the document")

    def _field(self, name: str, only_lists: bool) -> "Iterator[tuple[str, int | None, Any]]":
        if self._next() != 0x5B:
            text = self._value()
            if not only_lists:
                yield name, None, json.loads(text)
            return
        self._take(b"[")
        if self._next() == 0x5D:
            self._take(b"]")
            if not only_lists:
                yield name, None, []
            return
        index = 0
        while True:
            text = self._value()
            if only_lists:
                yield name, index, json.loads(text)
            elif not index:
                yield name, 0, None  # that there is such a list
            index += 1
            if self._next() == 0x5D:
                self._take(b"]")
                return
            self._take(b",")

    def _more(self) -> bool:
        if len(self._text) > PIECE_MAX:
            raise ValueError("a piece that is too long")
        chunk = self._file.read(CHUNK)
        self._text += chunk
        return len(chunk) > 0

    def _next(self) -> int:
        """The next byte that is no space, -1 at the end. Spaces before it are taken."""
        while True:
            self._text = self._text.lstrip(_SPACE)
            if self._text:
                return self._text[0]
            if not self._more():
                return -1

    def _take(self, what: bytes) -> None:
        self._next()
        while len(self._text) < len(what) and self._more():
            pass
        if not self._text.startswith(what):
            raise ValueError("{} is missing".format(what.decode()))
        self._text = self._text[len(what) :]

    def _value(self) -> bytes:
        """The text of the next value, taken."""
        self._next()
        at = depth = 0
        while at < len(self._text) or self._more():
            byte = self._text[at]
            if byte == 0x22:
                at = self._behind_string(at)
                if not depth:
                    break
                continue
            if byte in b"]},":
                if byte == 0x2C:
                    if not depth:
                        break
                elif not depth:
                    break
                else:
                    depth -= 1
                    if not depth:
                        at += 1
                        break
            elif byte in b"[{":
                depth += 1
            at += 1
        text = self._text[:at]
        self._text = self._text[at:]
        return text

    def _behind_string(self, at: int) -> int:
        """The offset behind the string that begins at `at`."""
        at += 1
        while True:
            end = self._text.find(b'"', at)
            if end < 0:
                at = len(self._text)
                while self._text[at - 1] == 0x5C:  # whether the quote that comes next is escaped shows only then
                    at -= 1
                if not self._more():
                    raise ValueError("a text without end")
                continue
            start = end
            while self._text[start - 1] == 0x5C:
                start -= 1
            at = end + 1
            if (end - start) % 2 == 0:
                return at
