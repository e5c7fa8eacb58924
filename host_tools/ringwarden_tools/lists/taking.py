# SPDX-License-Identifier: Apache-2.0
"""What every reader of a format hands its numbers to: texts become keys and rules, what is junk is counted."""

import math
from dataclasses import dataclass

import numpy as np

from ringwarden import numbers
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import columns, patterns
from ringwarden_tools.lists.entries import SCORE_LIMIT, Entries, shown
from ringwarden_tools.lists.fast_keys import FastKeys
from ringwarden_tools.lists.keys import KeyReader, NotANumber
from ringwarden_tools.lists.opening import Input

BATCH = 1 << 15
MARGIN = bytes(40)  # what `FastKeys` may look at behind a text
NO_NUMBER = "no number in its place"
_SAMPLE = 300  # numbers without country code by which the country of a file is judged
_SAMPLE_LEAST = 10
_STRICT = (
    "US",
    "CN",
    "FR",
    "GB",
    "ES",
    "IT",
    "BR",
    "IN",
    "JP",
    "KR",
    "RU",
    "MX",
    "PL",
)  # whose plans refuse others' numbers


@dataclass
class Readers:
    """Both ways to a key, from the same place."""

    slow: KeyReader
    fast: FastKeys


class Taker:
    """Takes the numbers of one file into `entries`."""

    def __init__(self, file: Input, readers: Readers, entries: Entries, skip_broken: bool = False) -> None:
        self.file = file
        self.entries = entries
        self.readers = readers
        self._skip_broken = skip_broken
        self._texts: list[bytes] = []
        self._categories: list[int] = []
        self._scores: list[int] = []
        self._lines: list[int] = []
        self.encoding = ""
        self._sample: list[str] = []
        self.used = 0
        self.refused = 0
        self.foreign = 0  # refused because the country has no such number

    def text(self, raw: bytes) -> str | None:
        """Bytes of the file as text, None when they are none."""
        return decoded(raw, self.encoding or ENCODINGS[0])

    def broken(self, line: int, why: str, text: str = "") -> None:
        """A line that breaks its format: the end, unless such lines are skipped."""
        place = f"{self.file.path}:{line}"
        if not self._skip_broken:
            raise UserError(
                f"{place} {why}{': ' + shown(text) if text else ''}; repair or remove that line, or skip such lines"
                " with --skip-broken"
            )
        self.entries.skipped_lines += 1
        self.refuse(line, "broken line", text or why)

    def fatal(self, line: int, why: str) -> UserError:
        """The end of reading a file, whatever the options."""
        return UserError(f"{self.file.path}:{line} {why}")

    def record(self, line: int, number: str, category: str = "", score: str = "") -> None:
        """One report from a file of records; texts as they stand there."""
        weight = score_of(score)
        if weight is None:
            self.refuse(line, "the score is no number", score)
            return
        index = columns.category_index(category)
        if index is None:
            self.entries.unknown_category(f"{self.file.path}:{line}", category)
            index = 0
        self.row(line, number.strip().encode("utf-8", "replace"), index, weight)

    def row(self, line: int, number: bytes, category: int, score: int) -> None:
        """One report whose category and score are known."""
        self._texts.append(number)
        self._categories.append(category)
        self._scores.append(score)
        self._lines.append(line)
        if len(self._texts) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Take what `record` has gathered."""
        if not self._texts:
            return
        lengths = np.array([len(text) for text in self._texts])
        ends = np.cumsum(lengths)
        block = np.frombuffer(b"".join(self._texts) + MARGIN, np.uint8)
        gathered = np.array(self._categories), np.array(self._scores), np.array(self._lines)
        self._texts, self._categories, self._scores, self._lines = [], [], [], []
        self.take(block, ends - lengths, ends, *gathered)

    def take(
        self,
        block: np.ndarray,
        starts: np.ndarray,
        ends: np.ndarray,
        categories: np.ndarray,
        scores: np.ndarray,
        lines: np.ndarray,
    ) -> None:
        """Reports whose numbers are block[start:end] (uint8, `MARGIN` behind them); a category may be LEGITIMATE."""
        wanted = categories == columns.LEGITIMATE
        if wanted.any():
            self.entries.leave_out("reported as legitimate", int(wanted.sum()))
            self.used += int(wanted.sum())
            kept = ~wanted
            starts, ends, lines = starts[kept], ends[kept], lines[kept]
            categories, scores = categories[kept], scores[kept]
        if len(self._sample) < _SAMPLE:
            self._gather(block, starts, ends)
        keys = self.readers.fast.keys(block, starts, ends)
        quick = keys > 0
        self.entries.add_many(keys[quick], categories[quick], scores[quick])
        self.used += int(quick.sum())
        for at in np.flatnonzero(~quick).tolist():
            text = block[starts[at] : ends[at]].tobytes()
            self._slowly(text, int(categories[at]), int(scores[at]), int(lines[at]))

    def _slowly(self, raw: bytes, category: int, score: int, line: int) -> None:
        text = self.text(raw)
        if text is None or any(ord(char) < 32 and char != "\t" for char in text):
            shown_text = raw.decode("latin-1")
            self.broken(line, "has bytes in its number that are no text", shown_text)
            return
        text = text.strip()
        try:
            if not text:
                raise NotANumber(NO_NUMBER)
            if patterns.is_pattern(text):
                for prefix, length in patterns.read(text, self.readers.slow):
                    self.entries.add_rule(prefix, length, category, score)
            else:
                self.entries.add(self.readers.slow.key(text), category, score)
            self.used += 1
        except NotANumber as error:
            self.refuse(line, str(error), text)

    def refuse(self, line: int, reason: str, text: str) -> None:
        """Count a line that cannot be used."""
        self.refused += 1
        self.foreign += reason.startswith("no such number in ")
        self.entries.refuse(f"{self.file.path}:{line}", reason, text)

    def _gather(self, block: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> None:
        """Put some numbers without country code aside."""
        some = np.flatnonzero((block[starts] != ord("+")) & (ends - starts >= 7) & (ends - starts <= 20))
        for at in some[: _SAMPLE - len(self._sample)].tolist():
            text = block[starts[at] : ends[at]].tobytes()
            if not text.startswith(b"00") and text.translate(None, b" -.()/").isdigit():
                self._sample.append(text.decode())

    def _other_country(self) -> str | None:
        """The country whose numbers the file clearly holds instead of the given one's; "" when it is not known which.

        None when the file may well be of the given country.
        """
        home = self.readers.slow.home
        if home.plan is None or len(self._sample) < _SAMPLE_LEAST:
            return None
        here = self._share(self.readers.slow, self._sample)
        for country in _STRICT if here < 0.75 else ():
            other = numbers.Home(country)
            there = self._share(KeyReader(other), self._sample) if other.code != home.code else 0.0
            if there >= 0.7 and there >= here + 0.2:
                return country
        dialled = [text for text in self._sample if text[0] == "0"]
        if len(dialled) >= _SAMPLE_LEAST and self._share(self.readers.slow, dialled) < 0.4:
            return ""
        return "" if self.foreign >= _SAMPLE_LEAST and 2 * self.foreign > self.used + self.refused else None

    def _share(self, reader: KeyReader, texts: list[str]) -> float:
        return sum(reader.knows(text) for text in texts) / len(texts)

    def finish(self, records: bool) -> None:
        """The end of the file. Raises `UserError` when next to nothing in it was of use.

        `records`: it is JSON or XML, which says something else when it names no number (an error message, mostly).
        """
        self.flush()
        if records and not self.used and not self.refused:
            raise UserError(f"{self.file.path} names no telephone number at all: fetch it again, or leave it out")
        other = self._other_country()
        if other is not None:
            raise UserError(
                f"{self.file.path} is a list for another country: many of its numbers do not exist in"
                f" {self.readers.slow.home.country}; give --country {other or 'with the one it was made for'}"
            )
        if self.refused and not self.used:
            example = next(
                (e for e in self.entries.examples if e.startswith(f"{self.file.path}:")), f"{self.file.path}"
            )
            raise UserError(
                f"{self.file.path} holds no telephone number ({example}): give a text file with a number a line, or CSV"
                " with a column named number; for numbers without country code name the country with --country"
            )


ENCODINGS = ("utf-8", "gb18030", "cp1252")


def encoding_of(data: bytes) -> str:
    """The encoding of a good piece of text that is not ASCII alone; "utf-8" when it is in none."""
    for encoding in ENCODINGS:
        if decoded(data, encoding, (encoding,)) is not None:
            return encoding
    return ENCODINGS[0]


def decoded(raw: bytes, likely: str = ENCODINGS[0], others: tuple[str, ...] = ENCODINGS) -> str | None:
    """A few bytes as text in the encodings that lists come in, None when they are no text at all."""
    for encoding in (likely, *others):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "cp1252" and ("\xfe" in text or "\xff" in text):  # letters that hardly occur: binary rubbish
            continue
        return text
    return None


def score_of(text: str | bytes) -> int | None:
    """A score, rounded down; 1 when none is given; None when the text is no number in bounds."""
    text = text.strip()
    if not text:
        return 1
    try:
        value = int(text) if len(text) < 20 else SCORE_LIMIT
    except ValueError:
        try:
            value = math.floor(float(text))
        except (ValueError, OverflowError):
            return None
    return value if -SCORE_LIMIT < value < SCORE_LIMIT else None
