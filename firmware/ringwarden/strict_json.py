# SPDX-License-Identifier: Apache-2.0
"""A JSON reader that reads the same on every interpreter, and refuses what signed metadata never hold.

MicroPython's own `json` lets missing commas and bare control characters pass and splits characters that are escaped as
surrogate pairs; CPython's does not. This one takes RFC 8259 less floats, less a key twice in one object, less lone
surrogates, less numbers of more than 19 digits and less nesting deeper than `DEPTH`.
"""

import gc

DEPTH = 12  # a level takes up to 620 bytes of stack, of which an ESP32 has 15 KiB; metadata have seven levels
_GARBAGE = 16384  # bytes
_DIGITS = 19
_ESCAPES = {0x22: '"', 0x5C: "\\", 0x2F: "/", 0x62: "\b", 0x66: "\f", 0x6E: "\n", 0x72: "\r", 0x74: "\t"}
_WORDS = ((b"true", True), (b"false", False), (b"null", None))
_SPACE = b" \t\r\n"
_QUOTE = 0x22


def loads(data: bytes):
    """The value that UTF-8 `data` hold. Raises ValueError with the position of the fault."""
    collect_at = getattr(gc, "threshold", None)  # MicroPython's alone
    if collect_at is None:
        return _Reader(data).whole()
    # Collected only when memory is full, what is thrown away lies scattered among what is kept, and leaves no room in
    # one piece for a large table: most of the memory would be of no use.
    before = collect_at()
    collect_at(_GARBAGE)
    try:
        return _Reader(data).whole()
    finally:
        collect_at(before)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._keys: "dict[str, str]" = {}  # each key is kept once, however many objects have it
        self.at = 0

    def whole(self):
        """The one value, with nothing behind it."""
        value = self.value(0)
        if self.space() >= 0:
            raise self.fault("something follows the end")
        return value

    def fault(self, what: str) -> ValueError:
        return ValueError("{} at byte {}".format(what, self.at))

    def space(self) -> int:
        """Skip white space; the byte that comes then, -1 at the end."""
        data = self._data
        at = self.at
        while at < len(data) and data[at] in _SPACE:
            at += 1
        self.at = at
        return data[at] if at < len(data) else -1

    def value(self, depth: int):
        first = self.space()
        if first == _QUOTE:
            return self._string()
        if first == 0x7B:  # {
            return self._object(depth + 1)
        if first == 0x5B:  # [
            return self._array(depth + 1)
        if first == 0x2D or 0x30 <= first <= 0x39:
            return self._number()
        for word, value in _WORDS:
            if self._data[self.at : self.at + len(word)] == word:
                self.at += len(word)
                return value
        raise self.fault("no value")

    def _object(self, depth: int) -> dict:
        found: dict = {}
        more = self._open(depth, 0x7D)
        while more:
            if self.space() != _QUOTE:
                raise self.fault("no key")
            key = self._string()
            if key in found:
                raise self.fault("a key comes twice")
            if self.space() != 0x3A:  # :
                raise self.fault("no colon")
            self.at += 1
            found[self._keys.setdefault(key, key)] = self.value(depth)
            more = self._next(0x7D)
        return found

    def _array(self, depth: int) -> list:
        found: list = []
        more = self._open(depth, 0x5D)
        while more:
            found.append(self.value(depth))
            more = self._next(0x5D)
        return found

    def _open(self, depth: int, closing: int) -> bool:
        """Past the opening bracket: whether anything stands before the closing one."""
        if depth > DEPTH:
            raise self.fault("nested too deep")
        self.at += 1
        if self.space() != closing:
            return True
        self.at += 1
        return False

    def _next(self, closing: int) -> bool:
        """Past a comma (True) or the closing bracket (False)."""
        mark = self.space()
        if mark != closing and mark != 0x2C:
            raise self.fault("no comma")
        self.at += 1
        return mark != closing

    def _number(self) -> int:
        data = self._data
        start = at = self.at
        if data[at] == 0x2D:
            at += 1
        first = at
        while at < len(data) and 0x30 <= data[at] <= 0x39:
            at += 1
        if at == first or at - first > _DIGITS or (data[first] == 0x30 and at - first > 1):
            raise self.fault("a bad number")
        if at < len(data) and data[at] in b".eE":
            raise self.fault("a number that is not whole")
        self.at = at
        return int(data[start:at])

    def _string(self) -> str:
        """From the opening quote past the closing one."""
        data = self._data
        parts: "list[str]" = []
        self.at += 1
        quote = -1
        while True:
            if quote < self.at:  # found once for all the escapes before it
                quote = data.find(b'"', self.at)
                if quote < 0:
                    raise self.fault("a string without an end")
            escape = data.find(b"\\", self.at, quote)
            end = quote if escape < 0 else escape
            if end > self.at:
                parts.append(self._text(data[self.at : end]))
            self.at = end + 1
            if escape < 0:
                return parts[0] if len(parts) == 1 else "".join(parts)
            parts.append(self._escape())

    def _text(self, piece: bytes) -> str:
        if min(piece) < 0x20:
            raise self.fault("a control character in a string")
        try:
            if max(piece) >= 0x80:
                _check_utf8(piece)
            return piece.decode()
        except UnicodeError:
            raise self.fault("not UTF-8")

    def _escape(self) -> str:
        """Past the backslash."""
        code = self._data[self.at] if self.at < len(self._data) else -1
        self.at += 1
        if code in _ESCAPES:
            return _ESCAPES[code]
        if code != 0x75:  # u
            raise self.fault("a bad escape")
        unit = self._hex()
        if 0xD800 <= unit < 0xDC00 and self._data[self.at : self.at + 2] == b"\\u":
            self.at += 2
            low = self._hex()
            if 0xDC00 <= low < 0xE000:
                return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
        if 0xD800 <= unit < 0xE000:
            raise self.fault("half a character")
        return chr(unit)

    def _hex(self) -> int:
        value = 0
        for _ in range(4):
            code = self._data[self.at] if self.at < len(self._data) else 0
            digit = b"0123456789abcdef".find(bytes((code | 0x20,))) if code >= 0x30 else -1
            if digit < 0:
                raise self.fault("a bad escape")
            value = value << 4 | digit
            self.at += 1
        return value


def _check_utf8(piece: bytes) -> None:
    """UnicodeError for what MicroPython's decode lets pass: overlong forms, surrogates, code points past U+10FFFF."""
    for at, lead in enumerate(piece):
        if lead < 0xE0:
            bad = lead == 0xC0 or lead == 0xC1
        else:
            second = piece[at + 1] if at + 1 < len(piece) else 0
            bad = (
                (lead == 0xE0 and second < 0xA0)
                or (lead == 0xED and second >= 0xA0)
                or (lead == 0xF0 and second < 0x90)
                or (lead == 0xF4 and second >= 0x90)
                or lead > 0xF4
            )
        if bad:
            raise UnicodeError
