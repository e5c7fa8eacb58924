# SPDX-License-Identifier: Apache-2.0
"""Rules of a list (section 5): whole ranges of numbers, and all numbers that begin with some digits.

The section is at most 8 KiB and is held in memory, so that asking it costs no read. docs/FORMATS.md has the bytes.
"""

from ringwarden.blocklist.errors import ListError

LENGTH_MAX = 8192
_ENTRY = 15
_HEAD = 8
_DIGITS = 15
_LIMIT = 10**_DIGITS
_ORDERS = 11**_DIGITS


def order(key: int) -> int:
    """Where a key stands among all numbers in the order of a dictionary: 1, 10, 100, 101, 11, 12 ...

    Its digits plus one, in base 11, filled up to 15 places with 0. Then all numbers that begin with the same digits
    stand in one row.
    """
    place = 0
    text = str(key)
    for char in text:
        place = place * 11 + ord(char) - 47
    return place * 11 ** (_DIGITS - len(text))


class Ranges:
    """The rules in `data`, the content of a section 5. Raises `ListError` "format" when they break the format.

    `count` is how many there are, exceptions not counted.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        if not _HEAD <= len(data) <= LENGTH_MAX:
            raise ListError("format")
        self._ranges = self._number(0, 2)
        self._starts = self._number(2, 2)
        self._exceptions = self._number(4, 2)
        if self._number(6, 2) or len(data) != _HEAD + _ENTRY * (self._ranges + self._starts + self._exceptions):
            raise ListError("format")
        self.count = self._ranges + self._starts
        self._check(0, self._ranges, _LIMIT, 32)
        self._check(self._ranges, self._starts, _ORDERS, 32)
        self._check(self.count, self._exceptions, _LIMIT, 1)

    def lookup(self, key: int) -> "int | None":
        """The category index of the rule that covers a key, None when none does."""
        if not 0 < key < _LIMIT:
            return None
        found = self._find(0, self._ranges, key)
        if found is None and self._starts:
            found = self._find(self._ranges, self._starts, order(key))
        if found is None or self._find(self.count, self._exceptions, key) is not None:
            return None
        return found

    def entries(self):
        """Every entry as (kind, first, last, category); kind is "range", "start" (in `order`) or "exception"."""
        kinds = (("range", self._ranges), ("start", self._starts), ("exception", self._exceptions))
        index = 0
        for kind, count in kinds:
            for _ in range(count):
                yield (kind, self._first(index), self._last(index), self._category(index))
                index += 1

    def _number(self, at: int, size: int) -> int:
        return int.from_bytes(self._data[at : at + size], "little")

    def _first(self, index: int) -> int:
        return self._number(_HEAD + _ENTRY * index, 7)

    def _last(self, index: int) -> int:
        return self._number(_HEAD + _ENTRY * index + 7, 7)

    def _category(self, index: int) -> int:
        return self._data[_HEAD + _ENTRY * index + 14]

    def _find(self, begin: int, count: int, key: int) -> "int | None":
        """The category of the entry that covers a key among `count` entries from `begin` on."""
        low, high = begin, begin + count
        while low < high:
            middle = (low + high) >> 1
            if self._first(middle) <= key:
                low = middle + 1
            else:
                high = middle
        if low == begin:
            return None
        return self._category(low - 1) if key <= self._last(low - 1) else None

    def _check(self, begin: int, count: int, limit: int, categories: int) -> None:
        """Entries ascend, do not overlap, and stay inside what a key and a category can be."""
        before = 0
        for index in range(begin, begin + count):
            first, last = self._first(index), self._last(index)
            if first <= before or last < first or last >= limit or self._category(index) >= categories:
                raise ListError("format")
            before = last
