# SPDX-License-Identifier: Apache-2.0
"""Tables (CSV) with commas, semicolons or tabs.

Rows without quotes are cut into columns by array operations; only what needs more is looked at one by one.
"""

import csv
import io
from collections.abc import Iterator

import numpy as np

from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import columns
from ringwarden_tools.lists.entries import shown
from ringwarden_tools.lists.lines import HASH, NEWLINE, QUOTE, Chunk, bounds, with_space
from ringwarden_tools.lists.taking import Taker, score_of

ROW_MAX = 1 << 20  # bytes of a row with line ends inside quotes


class Table:
    """A table whose columns its first row names, or else number[,category][,score]."""

    def __init__(self, delimiter: str, taker: Taker) -> None:
        self._mark = delimiter
        self._byte = ord(delimiter)
        self._taker = taker
        self._columns: dict[str, int] = {}
        self._width = 0  # columns that the header names; 0 without header
        self._categories: dict[bytes, int] = {}
        self._scores: dict[bytes, int | None] = {}

    def read(self, chunks: Iterator[Chunk]) -> None:
        """Take the whole table."""
        for line, data in _whole_rows(chunks, self._taker):
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
        while not any(cell.strip() for cell in row) or row[0].lstrip().startswith(("#", "sep=")):
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
        block, starts, ends = bounds(data)
        lines = np.arange(line, line + len(starts))
        said = (ends > starts) & (block[starts] != HASH)
        for at in np.flatnonzero(said & with_space(block, starts)).tolist():
            text = data[starts[at] : ends[at]].strip()
            said[at] = bool(text) and not text.startswith(b"#")
        starts, ends, lines = starts[said], ends[said], lines[said]
        marks = np.flatnonzero(block == self._byte)
        first, last = np.searchsorted(marks, starts), np.searchsorted(marks, ends)
        marks = np.append(marks, np.zeros(1, np.int64))

        def cut(column: int) -> tuple[np.ndarray, np.ndarray]:
            """Start and end of a column in each row; both the row's end where it has none."""
            begin = (
                starts
                if column == 0
                else np.where(last - first >= column, marks[_at(first + column - 1, marks)] + 1, ends)
            )
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
        """What is wrong with a row that has more or fewer cells than the header, "" when it can be read anyway."""
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
        self._taker.refuse(line, "the score is no number", self._taker.text(cell) or "")

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
    quotes = np.flatnonzero(block == QUOTE)
    ends = np.flatnonzero(block == NEWLINE)
    outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0
