# SPDX-License-Identifier: Apache-2.0
"""XML lists: FRITZ!Box phonebooks, PhoneBlock's block list, and others with numbers in elements or attributes.

Read as a stream. A document type that declares entities is refused: no list needs one, and a few of them can grow to
gigabytes or read other files.
"""

import codecs
import re
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from ringwarden_tools.lists import columns
from ringwarden_tools.lists.records import take_record
from ringwarden_tools.lists.taking import Taker

DEPTH_MAX = 64
TEXT_MAX = 1 << 16
_HELD = 1000  # numbers of one element that wait for the category beside them
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")


def looks_like(head: bytes) -> bool:
    """Whether a file that begins so is XML."""
    return head.lstrip()[:5].lower() in (b"<?xml", b"<!doc") or bool(re.match(rb"\s*<[A-Za-z!]", head))


def read(blocks: Iterator[bytes], taker: Taker) -> None:
    """Take an XML file. Raises `UserError` when it is not well-formed or declares entities."""
    first = next(blocks, b"")
    reader = _Reader(taker)
    decoder = _decoder(first, taker)
    try:
        reader.parser.Parse(_utf8(first, decoder), False)
        for block in blocks:
            reader.parser.Parse(_utf8(block, decoder), False)
        reader.parser.Parse(_utf8(b"", decoder, True), True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise taker.fatal(error.lineno, f"is no well-formed XML ({reason}): fetch the file again") from None
    except UnicodeError:
        raise taker.fatal(reader.line, "is not in the encoding that the file names: fetch it again") from None


def _decoder(head: bytes, taker: Taker) -> codecs.IncrementalDecoder | None:
    """What turns the bytes into text when they are not UTF-8 already."""
    declared = _DECLARED.match(head.lstrip())
    name = declared[1].decode() if declared else "utf-8"
    if taker.file.encoding or name.lower() in ("utf-8", "utf8", "us-ascii", "utf-16"):
        return None
    try:
        return codecs.getincrementaldecoder("gb18030" if name.lower() in ("gb2312", "gbk") else name)()
    except LookupError:
        raise taker.fatal(1, f"names an encoding that nobody knows, {name}: save the file as UTF-8") from None


def _utf8(data: bytes, decoder: codecs.IncrementalDecoder | None, final: bool = False) -> bytes:
    return data if decoder is None else decoder.decode(data, final).encode()


class _Reader:
    """Elements as they come: the simple ones inside an element make its record."""

    def __init__(self, taker: Taker) -> None:
        self._taker = taker
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._entity
        self._open: list[_Element] = [_Element("")]

    @property
    def line(self) -> int:
        return self.parser.CurrentLineNumber

    def _entity(self, *_: Any) -> None:
        raise self._taker.fatal(self.line, "declares an entity, which no list needs: remove the document type from it")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > DEPTH_MAX:
            raise self._taker.fatal(self.line, f"has elements nested more than {DEPTH_MAX} deep, so it is no list")
        self._open[-1].simple = False
        self._open.append(_Element(name.rsplit(":", 1)[-1]))
        if attributes and take_record(self._taker, self.line, attributes):
            self._open[-1].is_record = True

    def _characters(self, text: str) -> None:
        element = self._open[-1]
        if not element.simple:
            return  # between the elements inside it
        element.text += text
        if len(element.text) > TEXT_MAX:
            raise self._taker.fatal(self.line, f"has a text longer than {TEXT_MAX:,} characters, so it is no list")

    def _end(self, name: str) -> None:
        element = self._open.pop()
        parent = self._open[-1]
        if element.numbers:
            self._emit(element)
        if not element.simple or element.is_record:
            return
        key = columns.plain(element.name)
        role = columns.ROLES.get(key)
        if role == "number":
            parent.numbers.append((self.line, element.text.strip()))
            if len(parent.numbers) >= _HELD:
                self._emit(parent)
        elif len(parent.fields) < 100:
            parent.fields[key] = element.text.strip()

    def _emit(self, element: "_Element") -> None:
        for line, number in element.numbers:
            take_record(self._taker, line, {**element.fields, "number": number})
        element.numbers = []


class _Element:
    __slots__ = ("name", "text", "simple", "is_record", "numbers", "fields")

    def __init__(self, name: str) -> None:
        self.name = name
        self.text = ""
        self.simple = True
        self.is_record = False
        self.numbers: list[tuple[int, str]] = []
        self.fields: dict[str, str] = {}
