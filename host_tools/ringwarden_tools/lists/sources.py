# SPDX-License-Identifier: Apache-2.0
"""Text files to entries: plain lists with a number a line, and CSV with the columns number[,category][,score].

The separator is a comma, semicolon or tab; a header line is recognised by its names. Lines that begin with # are
comments. What is no number is refused, counted, and the first few are kept with their place; a name of a category that
nobody knows is counted too, and its number is kept without one.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ringwarden import categories
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists.keys import KeyReader, NotANumber

EXAMPLES = 5
SCORE_LIMIT = 2**62
_COLUMNS = {
    "number": ("number", "phone", "phone_number", "phonenumber", "telephone", "telephone_number", "tel", "e164",
               "caller", "company_phone_number", "rufnummer", "号码", "电话", "电话号码"),
    "category": ("category", "type", "类别", "分类"),
    "score": ("score", "weight", "reports", "votes", "count", "分数"),
}  # fmt: skip
_CATEGORY_INDEX = {name: index for index, name in enumerate(categories.NAMES)}


@dataclass
class Entries:
    """What was read: three parallel lists, and what was not."""

    keys: list[int] = field(default_factory=list)
    categories: list[int] = field(default_factory=list)
    scores: list[int] = field(default_factory=list)
    refused: int = 0
    examples: list[str] = field(default_factory=list)  # "file:line: reason: text"
    unknown_categories: int = 0

    def refuse(self, place: str, reason: str, text: str) -> None:
        """Count a line that cannot be used."""
        self.refused += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(f"{place}: {reason}: {_shown(text)}")


def read(path: Path, reader: KeyReader, entries: Entries) -> None:
    """Add the entries of one file. Raises `UserError` when it cannot be read, is no text, or no line is a number."""
    text = _text(path)
    before, refused = len(entries.keys), entries.refused
    delimiter = _delimiter(text)
    if delimiter:
        _read_table(path, text, delimiter, reader, entries)
    else:
        _read_plain(path, text, reader, entries)
    if entries.refused > refused and len(entries.keys) == before:
        example = next((e for e in entries.examples if e.startswith(f"{path}:")), f"{path}")
        raise UserError(
            f"{path} holds no telephone number ({example}): give a text file with a number a line, or CSV with a column"
            " named number; for numbers without country code name the country with --country"
        )


def add(number: str, category: str, reader: KeyReader, entries: Entries) -> None:
    """Add one entry that comes from elsewhere than a file; `category` is a name or ""."""
    _read_row(number, [number, category], {"number": 0, "category": 1}, reader, entries)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): check the path") from None
    if data[:4] != b"\xff\xfe\0\0" and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]  # as spreadsheets write it
    elif b"\0" in data:
        encodings = []
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(f"{path} is not a text file: give a plain list of numbers or CSV")


def _content(text: str) -> Iterator[tuple[int, str]]:
    """Lines that say something, with their numbers."""
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        line = line.strip()
        if line and line[0] != "#":
            yield number, line


def _delimiter(text: str) -> str:
    """The separator of a table, "" for a plain list: the first one that the first line has."""
    first = next(_content(text), (0, ""))[1]
    return next((mark for mark in "\t;," if mark in first), "")


def _read_plain(path: Path, text: str, reader: KeyReader, entries: Entries) -> None:
    keys = entries.keys
    before = len(keys)
    first = True
    for number, line in _content(text):
        shown = line.partition("#")[0].rstrip()
        try:
            keys.append(reader.key(shown))
        except NotANumber as error:
            if not (first and not _has_digit(shown)):  # a single column's heading
                entries.refuse(f"{path}:{number}", str(error), shown)
        first = False
    entries.categories += [0] * (len(keys) - before)
    entries.scores += [0] * (len(keys) - before)


def _read_table(path: Path, text: str, delimiter: str, reader: KeyReader, entries: Entries) -> None:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: dict[str, int] | None = None
    try:
        for row in rows:
            if not any(row) or row[0].lstrip().startswith("#"):
                continue
            if columns is None:
                columns = _header(row)
                if columns:
                    continue
                if not any(_has_digit(value) for value in row):
                    names = _shown(", ".join(row))
                    raise UserError(f"{path} has no column named number, only {names}: rename the one with the numbers")
                columns = {"number": 0, "category": 1, "score": 2}
                if len(row) == 2 and _is_score(row[1]):
                    columns = {"number": 0, "score": 1}
            _read_row(f"{path}:{rows.line_num}", row, columns, reader, entries)
    except csv.Error as error:
        raise UserError(f"{path}:{rows.line_num} is no CSV ({error}): repair that line") from None


def _header(row: list[str]) -> dict[str, int]:
    """Which column is which when the row is a header that names the numbers, else nothing."""
    names = [value.strip().lower().replace(" ", "_").replace("-", "_") for value in row]
    columns = {}
    for role, known in _COLUMNS.items():
        found = [names.index(name) for name in known if name in names]
        if found:
            columns[role] = found[0]
    return columns if "number" in columns else {}


def _read_row(place: str, row: list[str], columns: dict[str, int], reader: KeyReader, entries: Entries) -> None:
    def value(role: str) -> str:
        at = columns.get(role, len(row))
        return row[at].strip() if at < len(row) else ""

    category, score = value("category"), value("score")
    try:
        key = reader.key(value("number"))
    except NotANumber as error:
        entries.refuse(place, str(error), value("number"))
        return
    if score and not _is_score(score):
        entries.refuse(place, "the score is not a whole number", score)
        return
    index = _CATEGORY_INDEX.get(category.lower().replace(" ", "_").replace("-", "_"), -1) if category else 0
    if index < 0:
        entries.unknown_categories += 1
        if len(entries.examples) < EXAMPLES:
            entries.examples.append(f"{place}: kept without its category, which nobody knows: {_shown(category)}")
        index = 0
    entries.keys.append(key)
    entries.categories.append(index)
    entries.scores.append(int(score) if score else 0)


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _is_score(text: str) -> bool:
    digits = text.strip().removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 19 and int(digits) < SCORE_LIMIT


def _shown(text: str) -> str:
    """Text from a file, safe for a terminal: no control characters, not long."""
    text = "".join(char if char.isprintable() else "?" for char in text)
    return repr(text if len(text) <= 40 else text[:37] + "...")
