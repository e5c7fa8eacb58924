# SPDX-License-Identifier: Apache-2.0
"""JSON lists: arrays of numbers or of records, PhoneBlock's block list, pattern lists, a value a line (JSON Lines).

Read as a stream: an array or object of any length is walked into, only records are held in memory.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from ringwarden_tools.lists.records import take_record
from ringwarden_tools.lists.taking import Taker

DEPTH_MAX = 64
VALUE_MAX = 1 << 16  # characters of a record or a text
_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR_END = ",]} \t\r\n"


def looks_like(head: bytes) -> bool:
    """Whether a file that begins so is JSON."""
    return bool(re.match(rb"\s*(\{\s*[\"}]|\[\s*([\"{\]0-9\[]|$))", head))


def read(blocks: Iterator[bytes], taker: Taker) -> None:
    """Take a JSON file. Raises `UserError` with the line where it is none."""
    _Walker(blocks, taker).read()


class _Walker:
    """Text in a window that moves on; `_at` is where reading goes on in it."""

    def __init__(self, blocks: Iterator[bytes], taker: Taker) -> None:
        self._blocks = blocks
        self._taker = taker
        self._text = ""
        self._rest = b""
        self._at = 0
        self._line = 1
        self._counted = 0
        self._ended = False
        self._decode = json.JSONDecoder().raw_decode

    def read(self) -> None:
        while self._peek():
            self._value({}, "", 0)
            if self._peek() == ",":  # records with commas between them and no brackets around
                self._at += 1

    def _value(self, fields: dict[str, Any], key: str, depth: int) -> None:
        """Read one value; a scalar is put into `fields`, the numbers in anything larger are taken."""
        if depth > DEPTH_MAX:
            raise self._no_json(f"nested more than {DEPTH_MAX} deep")
        mark = self._peek()
        if mark == "[":
            self._array(key, depth)
        elif mark == "{":
            self._object(depth)
        else:
            fields[key] = self._small()

    def _array(self, key: str, depth: int) -> None:
        self._at += 1
        if self._peek() == "]":
            self._at += 1
            return
        while True:
            mark = self._peek()
            if mark == "{":
                self._record(depth + 1)
            elif mark == "[":
                self._value({}, key, depth + 1)
            else:
                line, value = self._where(), self._small()
                if not isinstance(value, (bool, float)) and value is not None:
                    take_record(self._taker, line, {"number": value})
            if self._after("]"):
                return

    def _record(self, depth: int) -> None:
        """An object in an array: read at once when it is small and simple, walked into otherwise."""
        whole = self._try_whole()
        if whole is None:
            self._object(depth)
            return
        line = self._where()
        value, self._at = whole
        self._taken(line, value, depth)

    def _taken(self, line: int, value: Any, depth: int) -> None:
        if depth > DEPTH_MAX:
            raise self._no_json(f"nested more than {DEPTH_MAX} deep")
        if isinstance(value, dict):
            scalars = {key: item for key, item in value.items() if not isinstance(item, (dict, list))}
            if not take_record(self._taker, line, scalars):
                for item in value.values():
                    if isinstance(item, (dict, list)):
                        self._taken(line, item, depth + 1)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, (dict, list)):
                    self._taken(line, item, depth + 1)
                elif isinstance(item, (str, int)) and not isinstance(item, bool):
                    take_record(self._taker, line, {"number": item})

    def _object(self, depth: int) -> None:
        line = self._where()
        self._at += 1
        fields: dict[str, Any] = {}
        if self._peek() == "}":
            self._at += 1
            return
        while True:
            if self._peek() != '"':
                raise self._no_json("a name in quotes is missing")
            key = self._small()
            if self._peek() != ":":
                raise self._no_json("a colon is missing")
            self._at += 1
            self._value(fields, key, depth + 1)
            if len(fields) > 1000:
                fields.clear()
            if self._after("}"):
                break
        take_record(self._taker, line, fields)

    def _after(self, closing: str) -> bool:
        """Behind a member: a comma (False) or the end (True)."""
        mark = self._peek()
        if mark not in (",", closing):
            raise self._no_json("a comma or a bracket is missing")
        self._at += 1
        return mark == closing

    def _small(self) -> Any:
        """A text, number, true, false or null."""
        while True:
            try:
                value, end = self._decode(self._text, self._at)
                if end < len(self._text) or self._ended:
                    if isinstance(value, (dict, list)):
                        raise self._no_json("a value is missing")
                    self._at = end
                    return value
            except (json.JSONDecodeError, ValueError, RecursionError) as error:
                if self._ended or len(self._text) - self._at > VALUE_MAX:
                    raise self._no_json(getattr(error, "msg", "a value is not JSON")) from None
            if not self._more():
                self._ended = True

    def _try_whole(self) -> tuple[Any, int] | None:
        while True:
            try:
                value, end = self._decode(self._text, self._at)
                return (value, end) if end - self._at <= VALUE_MAX else None
            except (json.JSONDecodeError, ValueError, RecursionError):
                if len(self._text) - self._at > VALUE_MAX or not self._more():
                    return None

    def _peek(self) -> str:
        """The next character that is no space, "" at the end."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        """Let the window move on by a block."""
        block = next(self._blocks, None)
        if block is None:
            self._ended = True
            return False
        if b"\0" in block:
            raise self._no_json("a NUL byte in it")
        data = self._rest + block
        text = data.decode("utf-8", "replace") if len(data) < 4 else ""
        if not text:
            cut = len(data)
            while cut > len(data) - 4 and data[cut - 1] & 0xC0 == 0x80:
                cut -= 1
            if data[cut - 1] >= 0xC0:
                cut -= 1  # the first byte of a character whose others may still come
            else:
                cut = len(data)
            text, self._rest = data[:cut].decode("utf-8", "replace"), data[cut:]
        else:
            self._rest = b""
        self._where()
        self._text = self._text[self._at :] + text
        self._at = self._counted = 0
        return True

    def _where(self) -> int:
        """The line of the next character."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _no_json(self, why: str) -> Exception:
        return self._taker.fatal(self._where(), f"is no JSON ({why}): fetch the file again, or repair that line")
