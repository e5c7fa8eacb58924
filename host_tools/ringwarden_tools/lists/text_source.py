# SPDX-License-Identifier: Apache-2.0
"""Plain lists with a number a line, and tables (CSV) with commas, semicolons or tabs.

A table without quotes is cut into columns by array operations; only lines that need more are looked at one by one.
"""

import csv
import io
import re
from collections.abc import Iterator

import numpy as np

from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import columns
from ringwarden_tools.lists.entries import shown
from ringwarden_tools.lists.taking import MARGIN, Taker, encoding_of, score_of

LINE_MAX = 1 << 16  # bytes; longer ones are no line of a list
ROW_MAX = 1 << 20  # bytes of a row with line ends inside quotes
_LOOKED_AT = 50  # lines that tell which separator is in use
_NEWLINE, _RETURN, _QUOTE, _HASH = 10, 13, 34, 35
_RUN = re.compile(rb"#+")
_WORDS = re.compile(rb"[^0-9 ().\-/#]")

Chunk = tuple[int, bytes]
"""Number of the first line, and whole lines."""


def read(blocks: Iterator[bytes], taker: Taker) -> None:
    """Take a text file. Raises `UserError` for a line that is broken and a table without numbers."""
    chunks = _chunks(blocks, taker)
    first = next(chunks, None)
    if first is None:
        return
    delimiter = _delimiter(first[1])
    if delimiter:
        _Table(delimiter, taker).read(first, chunks)
    else:
        heading = True
        for line, data in _stream(first, chunks):
            heading = _take_plain(line, data, taker, heading)


def _stream(first: Chunk, rest: Iterator[Chunk]) -> Iterator[Chunk]:
    yield first
    yield from rest


def _chunks(blocks: Iterator[bytes], taker: Taker) -> Iterator[Chunk]:
    """Whole lines; the last one gets its line end if it lacks it."""
    line, rest, old_mac = 1, b"", None
    for block in blocks:
        if b"\0" in block:
            at = line + (rest + block[: block.find(b"\0")]).count(b"\n")
            raise taker.fatal(
                at,
                "has a NUL byte in it, so it is not a text file or it is damaged: give a plain list of numbers or CSV,"
                " or repair that line",
            )
        if old_mac is None:
            old_mac = b"\r" in block and b"\n" not in block
        if old_mac:
            block = block.replace(b"\r", b"\n")
        block = rest + block if rest else block
        end = block.rfind(b"\n") + 1
        rest = block[end:]
        if end:
            if not taker.encoding and not block.isascii():
                taker.encoding = encoding_of(block[:end])
            yield line, block[:end]
            line += block.count(b"\n", 0, end)
        if len(rest) > LINE_MAX:
            raise taker.fatal(line, f"is longer than {LINE_MAX:,} bytes, so it is no list: give a number a line, or CSV")
    if rest:
        taker.encoding = taker.encoding or encoding_of(rest)
        yield line, rest + b"\n"


def _content(data: bytes) -> Iterator[bytes]:
    for line in data.split(b"\n", 4 * _LOOKED_AT)[: 4 * _LOOKED_AT]:
        line = line.strip()
        if line and not line.startswith(b"#"):
            yield line


def _delimiter(data: bytes) -> str:
    """The separator of a table, "" for a plain list: the first one that the first line has, or else most lines."""
    lines = [line for line, _ in zip(_content(data), range(_LOOKED_AT), strict=False)]
    for some in (lines[:1], lines):
        for mark in "\t;,":
            if some and 2 * sum(mark.encode() in line for line in some) > len(some):
                return mark
    return ""


def _bounds(data: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(the bytes with a margin, starts of the lines, their ends without line ends)."""
    block = np.frombuffer(data + MARGIN, np.uint8)
    ends = np.flatnonzero(block[: len(data)] == _NEWLINE)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    returns = (ends > starts) & (block[np.maximum(ends - 1, 0)] == _RETURN)
    return block, starts, ends - returns


def _take_plain(line: int, data: bytes, taker: Taker, heading: bool) -> bool:
    """Take lines of a plain list; `heading`: the first line with content is still to come. Returns the same for later."""
    block, starts, ends = _bounds(data)
    lines = np.arange(line, line + len(starts))
    said = (ends > starts) & (block[starts] != _HASH)
    kept = np.flatnonzero(said)
    odd = kept[_with_byte(block, data, starts[kept], ends[kept], _HASH) | _with_space(block, starts[kept])]
    for at in odd.tolist():
        text = data[starts[at] : ends[at]].strip()
        if text.startswith(b"#") or not text:
            said[at] = False
            continue
        starts[at] += data[starts[at] : ends[at]].index(text)
        ends[at] = starts[at] + len(_without_comment(text))
    kept = np.flatnonzero(said)
    if heading and len(kept):
        at = kept[0]
        text = taker.text(data[starts[at] : ends[at]])
        if text is not None and not any(char.isdigit() for char in text):
            kept = kept[1:]
        heading = False
    many = len(kept)
    taker.take(block, starts[kept], ends[kept], np.zeros(many, np.int64), np.ones(many, np.int64), lines[kept])
    return heading


def _with_byte(block: np.ndarray, data: bytes, starts: np.ndarray, ends: np.ndarray, byte: int) -> np.ndarray:
    """Which of the texts have a byte in them."""
    if byte not in data:
        return np.zeros(len(starts), bool)
    found = np.flatnonzero(block == byte)
    return np.searchsorted(found, starts) < np.searchsorted(found, ends)


def _with_space(block: np.ndarray, starts: np.ndarray) -> np.ndarray:
    return (block[starts] == 32) | (block[starts] == 9)


def _without_comment(text: bytes) -> bytes:
    """A line without the comment behind its number; in a pattern (33162######) "#" is a digit."""
    for run in _RUN.finditer(text):
        begin, end = run.span()
        single = end - begin == 1
        if single and text[begin - 1 : begin].isspace():
            return text[:begin].rstrip()
        rest = text[end:]
        if _WORDS.search(rest) and b"#" not in rest:
            return text[:begin] if single and not rest[:1].isspace() else text[:end]
    return text


class _Table:
    """A table whose columns its first row names, or else number[,category][,score]."""

    def __init__(self, delimiter: str, taker: Taker) -> None:
        self._mark = delimiter
        self._byte = ord(delimiter)
        self._taker = taker
        self._columns: dict[str, int] = {}
        self._width = 0  # columns that the header names; 0 without header
        self._categories: dict[bytes, int] = {}
        self._scores: dict[bytes, int | None] = {}

    def read(self, first: Chunk, rest: Iterator[Chunk]) -> None:
        """Take the whole table."""
        for line, data in _whole_rows(_stream(first, rest), self._taker):
            if not self._columns:
                line, data = self._start(line, data)
            if b'"' in data:
                self._take_quoted(line, data)
            elif data:
                self._take(line, data)

    def _start(self, line: int, data: bytes) -> Chunk:
        """Find out the columns; what remains of the first chunk."""
        text = self._taker.text(data) or data.decode("latin-1")
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=self._mark)
        row: list[str] = []
        while not any(cell.strip() for cell in row) or row[0].lstrip().startswith("#"):
            try:
                row = next(rows)
            except StopIteration:
                return line, b""
            except csv.Error as error:
                raise self._taker.fatal(line, f"is no CSV ({error}): repair that line") from None
        self._columns = columns.roles(row)
        if "number" in self._columns:
            self._width = len(row)
            used = rows.line_num
            return line + used, data.split(b"\n", used)[used]
        if not any(char.isdigit() for cell in row for char in cell):
            names = shown(", ".join(row))
            raise UserError(
                f"{self._taker.file.path} has no column named number, only {names}: rename the one with the numbers"
            )
        self._columns = {"number": 0, "category": 1, "score": 2}
        if len(row) == 2 and row[1].strip() and score_of(row[1]) is not None:
            self._columns = {"number": 0, "score": 1}
        return line, data

    def _take(self, line: int, data: bytes) -> None:
        """Rows without quotes."""
        block, starts, ends = _bounds(data)
        lines = np.arange(line, line + len(starts))
        said = (ends > starts) & (block[starts] != _HASH)
        for at in np.flatnonzero(said & _with_space(block, starts)).tolist():
            text = data[starts[at] : ends[at]].strip()
            said[at] = bool(text) and not text.startswith(b"#")
        starts, ends, lines = starts[said], ends[said], lines[said]
        marks = np.flatnonzero(block == self._byte)
        first, last = np.searchsorted(marks, starts), np.searchsorted(marks, ends)
        marks = np.append(marks, np.zeros(1, np.int64))

        def cut(column: int) -> tuple[np.ndarray, np.ndarray]:
            """Start and end of a column in each row; both the row's end where it has none."""
            begin = starts if column == 0 else np.where(last - first >= column, marks[_at(first + column - 1, marks)] + 1, ends)
            end = np.where(last - first > column, marks[_at(first + column, marks)], ends)
            return begin, np.maximum(end, begin)

        kept = self._well_shaped(data, starts, ends, lines, last - first + 1, cut(self._columns["number"]))
        number = cut(self._columns["number"])
        categories, scores = np.zeros(len(starts), np.int64), np.ones(len(starts), np.int64)
        if "category" in self._columns:
            begin, end = cut(self._columns["category"])
            categories = self._category_column(data, begin, end, lines)
        if "score" in self._columns:
            begin, end = cut(self._columns["score"])
            kept &= self._score_column(data, begin, end, lines, kept, scores)
        self._taker.take(block, number[0][kept], number[1][kept], categories[kept], scores[kept], lines[kept])

    def _well_shaped(
        self,
        data: bytes,
        starts: np.ndarray,
        ends: np.ndarray,
        lines: np.ndarray,
        widths: np.ndarray,
        number: tuple[np.ndarray, np.ndarray],
    ) -> np.ndarray:
        """Which rows have the columns that the header promises; the others end the reading or are skipped."""
        kept = np.ones(len(starts), bool)
        least = self._columns["number"] + 1
        odd = (widths < max(least, self._width)) | ((widths > self._width) if self._width else False)
        for at in np.flatnonzero(odd).tolist():
            row = data[starts[at] : ends[at]].split(self._mark.encode())
            cell = data[number[0][at] : number[1][at]]
            if self._shape_error(row, cell):
                kept[at] = False
                self._taker.broken(int(lines[at]), self._shape_error(row, cell), b",".join(row).decode("latin-1"))
        return kept

    def _shape_error(self, row: list[bytes], number: bytes) -> str:
        """What is wrong with a row that has more or fewer cells than the header, "" when it can be read all the same."""
        if self._width and len(row) > self._width and any(cell.strip() for cell in row[self._width :]):
            return f"has {len(row)} columns where the header has {self._width}"
        if len(row) <= self._columns["number"]:
            return f"has {len(row)} columns, none with a number"
        if len(row) < self._width and not any(48 <= char < 58 for char in number):
            return f"has {len(row)} columns where the header has {self._width}"
        return ""

    def _category_column(self, data: bytes, begin: np.ndarray, end: np.ndarray, lines: np.ndarray) -> np.ndarray:
        known = self._categories
        out = []
        for at, (start, stop) in enumerate(zip(begin.tolist(), end.tolist(), strict=True)):
            cell = data[start:stop]
            index = known.get(cell)
            if index is None:
                index = self._category(cell, int(lines[at]))
            out.append(index)
        return np.array(out, np.int64)

    def _category(self, cell: bytes, line: int) -> int:
        """The index of a category; an unknown one is counted and stays without."""
        text = self._taker.text(cell) or ""
        index = columns.category_index(text)
        if index is None:
            self._taker.entries.unknown_category(f"{self._taker.file.path}:{line}", text)
            return 0
        if len(self._categories) < 10_000:
            self._categories[cell] = index
        return index

    def _score_column(
        self, data: bytes, begin: np.ndarray, end: np.ndarray, lines: np.ndarray, kept: np.ndarray, scores: np.ndarray
    ) -> np.ndarray:
        """Fill `scores`; which rows have one that can be read."""
        known = self._scores
        fine = np.ones(len(lines), bool)
        out = []
        for at, (start, stop) in enumerate(zip(begin.tolist(), end.tolist(), strict=True)):
            cell = data[start:stop]
            value = known.get(cell)
            if value is None:
                value = score_of(cell)
                if value is None:
                    value, fine[at] = 0, False
                    if kept[at]:
                        self._bad_score(cell, int(lines[at]))
                elif len(known) < 100_000:
                    known[cell] = value
            out.append(value)
        scores[:] = out
        return fine

    def _bad_score(self, cell: bytes, line: int) -> None:
        self._taker.refuse(line, "the score is not a whole number", self._taker.text(cell) or "")

    def _take_quoted(self, line: int, data: bytes) -> None:
        """Rows of which some have quotes."""
        while data:
            text = data.decode("latin-1")  # bytes pass through unchanged
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=self._mark, strict=True)
            begun = line
            try:
                for row in rows:
                    here, begun = begun, line + rows.line_num
                    if any(row) and not row[0].lstrip().startswith("#"):
                        self._take_row(here, row)
                return
            except csv.Error as error:
                self._taker.broken(begun, f"is no CSV ({error})")
                # Skipped: what follows that line is read on its own.
                data = data.split(b"\n", begun - line + 1)[-1]
                line = begun + 1

    def _take_row(self, line: int, row: list[str]) -> None:
        cells = [cell.encode("latin-1") for cell in row]

        def cell(role: str) -> bytes:
            at = self._columns.get(role, len(cells))
            return cells[at].strip() if at < len(cells) else b""

        number = cell("number")
        wrong = self._shape_error(cells, number)
        if not wrong and (b"\n" in number or b"\r" in number):
            wrong = "opens a quote that is not closed on the line"
        if wrong:
            self._taker.broken(line, wrong, ",".join(row))
            return
        score = score_of(cell("score"))
        if score is None:
            self._bad_score(cell("score"), line)
            return
        raw = cell("category")
        index = self._categories.get(raw)
        self._taker.row(line, number, self._category(raw, line) if index is None else index, score)


def _at(index: np.ndarray, marks: np.ndarray) -> np.ndarray:
    return np.minimum(index, len(marks) - 1)


def _whole_rows(chunks: Iterator[Chunk], taker: Taker) -> Iterator[Chunk]:
    """Chunks that end where a row ends: line ends inside quotes do not."""
    rest, begun = b"", 1
    more = True
    while more or rest:
        line, data = next(chunks, (0, b""))
        more = bool(data)
        if not rest:
            begun = line
            if b'"' not in data:
                if data:
                    yield line, data
                continue
        data = rest + data
        end = _last_row_end(data)
        rest = data[end:]
        if end:
            yield begun, data[:end]
            begun += data.count(b"\n", 0, end)
        if rest and (not more or len(rest) > ROW_MAX):
            taker.broken(begun, "opens a quote that nothing closes")
            rest = rest.split(b"\n", 1)[1]  # skipped: what follows that line is read with its quotes as they are
            begun += 1


def _last_row_end(data: bytes) -> int:
    """How many bytes of the data are whole rows."""
    block = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(block == _QUOTE)
    ends = np.flatnonzero(block == _NEWLINE)
    outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0
