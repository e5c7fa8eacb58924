# SPDX-License-Identifier: Apache-2.0
"""Many numbers to keys at once. Each answer is that of `KeyReader`; what is not plain is left to it.

A text is plain when it is digits, separators and at most a leading "+", and when the plan's table alone decides how it
is read: no emergency number, no carrier prefix, no short number. About 0.3 µs a number instead of 30.
"""

from dataclasses import dataclass

import numpy as np

from ringwarden import numbers
from ringwarden.numbers import plan as plans
from ringwarden.numbers import world

WIDTH = 20  # digits looked at
_FIELD = 32  # characters of a field with separators
_SHORTEST = 8  # digits, prefixes included, below which a number may be a short one
_LONGEST = 18  # digits, prefixes included, that are integers without a thought
_PLUS, _SEPARATOR, _OTHER = 10, 11, 12
_HEAD = 3  # digits that tell the country

_CLASSES = np.full(256, _OTHER, np.uint8)
_CLASSES[48:58] = np.arange(10)
_CLASSES[ord("+")] = _PLUS
_CLASSES[[ord(char) for char in " \t-.()[]/"]] = _SEPARATOR
_POWERS = np.array([10**n for n in range(WIDTH)], np.uint64)


@dataclass
class Digits:
    """Numbers as columns: `rows` (WIDTH, n) uint8, one row a position, 0 behind the end; `lengths` (n,)."""

    rows: np.ndarray
    lengths: np.ndarray

    def take(self, which: np.ndarray, skip: int = 0) -> "Digits":
        """The numbers at the indices `which` without their first `skip` digits."""
        return Digits(self.rows[skip:, which], self.lengths[which] - skip)

    def value(self) -> np.ndarray:
        """The digits as integers (uint64), of at most 19 of them."""
        total = np.zeros(len(self.lengths), np.uint64)
        for position in range(min(len(self.rows), int(self.lengths.max(initial=0)))):
            more = total * np.uint64(10) + self.rows[position]
            total = np.where(position < self.lengths, more, total)
        return total

    def begins(self, template: str) -> np.ndarray:
        """Which numbers begin with the template ("d" is any digit)."""
        yes = self.lengths >= len(template)
        for position, want in enumerate(template):
            if want != "d":
                yes &= self.rows[position] == int(want)
        return yes


class FastKeys:
    """Reads plain numbers as seen from `home`."""

    def __init__(self, home: numbers.Home) -> None:
        self._home = home
        self._plan = home.plan
        self._places = _Places()
        if self._plan is not None and self._plan.MOBILE_INFIX is None:
            self._numbers = _Automaton(self._plan.NUMBERS)
            self._short = _Automaton(self._plan.SHORT)

    def keys(self, block: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """Keys (uint64) of the texts block[start:end], 0 where `KeyReader` has to say.

        `block` is uint8 and goes on for at least 32 bytes behind the last end.
        """
        out = np.zeros(len(starts), np.uint64)
        plus = block[starts] == ord("+")
        begin = starts + plus
        lengths = ends - begin
        which = np.flatnonzero((lengths > 0) & (lengths <= WIDTH))
        rows, pure = _pure(block, begin[which], lengths[which])
        self._read(Digits(rows[:, pure], lengths[which][pure]), plus[which][pure], which[pure], out)
        rest = np.ones(len(starts), bool)
        rest[which[pure]] = False
        sheet = (block[ends - 1] == ord("0")) & (block[ends - 2] == ord("."))  # a spreadsheet's 8613800138000.0
        which = np.flatnonzero(rest & ~sheet & (ends - starts > 0) & (ends - starts <= _FIELD))
        if len(which):
            digits, plus, kept = _separated(block, starts[which], ends[which])
            self._read(digits, plus, which[kept], out)
        return out

    def _read(self, digits: Digits, plus: np.ndarray, places: np.ndarray, out: np.ndarray) -> None:
        """Put the keys of what is plain at `places` of `out`."""
        fits = (digits.lengths >= _SHORTEST) & (digits.lengths <= _LONGEST)
        some = np.flatnonzero(plus & fits)
        out[places[some]] = self._international(digits.take(some))
        if self._home.plan is None:
            return
        some = np.flatnonzero(~plus & fits)
        if len(some) and self._plan.MOBILE_INFIX is None:
            out[places[some]] = self._domestic(digits.take(some))

    def _international(self, digits: Digits, plausible: bool = False) -> np.ndarray:
        """Keys of digits that begin with a calling code; behind "00" only those of a `plausible` length."""
        place = self._places.of(digits)
        code = self._places.code_length[place]
        value = digits.value()
        fine = (code > 0) & (digits.lengths <= 15)
        if plausible:
            national = digits.lengths - code
            fine &= (national >= self._places.shortest[place]) & (national <= self._places.longest[place])
        home = np.flatnonzero(fine & self._is_home(digits))
        foreign = fine & ~self._places.trunk_follows(digits, place)
        foreign[home] = False
        out = np.where(foreign, value, 0).astype(np.uint64)
        if len(home) and self._plan.MOBILE_INFIX is None:
            inside = digits.take(home, len(self._plan.CODE))
            kept = self._national_behind_code(inside)
            out[home] = np.where(kept > 0, kept + np.uint64(int(self._plan.CODE)) * _POWERS[_at(kept)], 0)
        return np.where(_one_digit(value, code, digits.lengths), 0, out)

    def _is_home(self, digits: Digits) -> np.ndarray:
        return digits.begins(self._plan.CODE) if self._plan is not None else np.zeros(len(digits.lengths), bool)

    def _national_behind_code(self, inside: Digits) -> np.ndarray:
        """National numbers after the home's calling code, 0 where it is not plain: `parse._strip`."""
        value = inside.value()
        known = self._numbers.values(inside)
        first, template = self._first_template(inside)
        out = np.where((first < 0) & (inside.rows[0] > 0), value, 0)
        shortest = (self._plan.LENGTHS & -self._plan.LENGTHS).bit_length() - 1
        zero = np.flatnonzero((first == template) & (template >= 0) & (inside.lengths - 1 >= shortest))
        if len(zero):  # +49 (0) 30 ...
            rest = inside.take(zero, 1)
            found, after = self._numbers.values(rest), rest.value()
            fine = ((found & 15) > 0) & ((known[zero] & plans.GENERAL) == 0) & (rest.rows[0] > 0)
            out[zero] = np.where(fine & ~_one_digit(after, 0, rest.lengths), after, 0)
        return out.astype(np.uint64)

    def _first_template(self, digits: Digits) -> tuple[np.ndarray, int]:
        """(the first trunk template that each number begins with or -1, the index of the template "0" or -1)."""
        first = np.full(len(digits.lengths), -1)
        zero = -1
        for index, (template, follow, carrier_at) in enumerate(self._plan.TRUNK):
            hit = digits.begins(template) & (digits.lengths - len(template) >= follow)
            first[hit & (first < 0)] = index
            if (template, follow, carrier_at) == ("0", 0, -1):
                zero = index
        return first, zero

    def _domestic(self, digits: Digits) -> np.ndarray:
        """Keys of digits without "+", as they are dialled or shown at home: `parse._dialled`, `parse._prefixed`."""
        out = np.zeros(len(digits.lengths), np.uint64)
        abroad, through = self._abroad(digits)
        out[through] = self._international(digits.take(through, len(self._plan.INTERNATIONAL[0])), plausible=True)
        rest = np.flatnonzero(~abroad)
        if not len(rest):
            return out
        digits = digits.take(rest)
        known = self._numbers.values(digits)
        code = np.uint64(int(self._plan.CODE))
        value = digits.value()
        fits = digits.lengths + len(self._plan.CODE) <= 15
        valid = ((known & 15) > 0) & fits & ~_one_digit(value, 0, digits.lengths) & (digits.rows[0] > 0)
        keys = np.where(valid, value + code * _POWERS[_at(value)], 0)
        short = self._short.values(digits) != 0
        other = ((known & 15) == 0) & ~short
        first, zero = self._first_template(digits)
        coded = digits.begins(self._plan.CODE)
        some = np.flatnonzero(other & coded)
        if len(some):
            keys[some] = self._bare_code(digits.take(some), known[some], value[some])
        left = other & ~coded & (first < 0) & self._is_possible(digits, known) & fits & (digits.rows[0] > 0)
        left &= ~_one_digit(value, 0, digits.lengths)
        keys = np.where(left, value + code * _POWERS[_at(value)], keys)  # `parse._leftover`
        some = np.flatnonzero(other & ~coded & (first == zero) & (zero >= 0))
        if len(some):
            inside = digits.take(some, 1)
            found = self._numbers.values(inside)
            national = inside.value()
            fine = (
                (((found & 15) > 0) | self._has_shape(inside, found, national))
                & (inside.lengths + len(self._plan.CODE) <= 15)
                & (inside.rows[0] > 0)
            )
            fine &= ~_one_digit(national, 0, inside.lengths)
            keys[some] = np.where(fine, national + code * _POWERS[_at(national)], 0)
        out[rest] = keys
        return out

    def _is_possible(self, digits: Digits, found: np.ndarray) -> np.ndarray:
        """Whether national numbers fit the general description and have a length that occurs."""
        return ((found & plans.GENERAL) > 0) & ((self._plan.LENGTHS >> digits.lengths) & 1 > 0)

    def _has_shape(self, inside: Digits, found: np.ndarray, national: np.ndarray) -> np.ndarray:
        """Whether numbers behind a trunk prefix are taken although they do not exist: `parse._behind_trunk`."""
        shape = self._is_possible(inside, found)
        if self._plan.CODE_BEHIND_TRUNK:
            shape &= ~inside.begins(self._plan.CODE)
        for line in self._plan.AREA_EMERGENCY:
            shape &= national % _POWERS[len(line)] != np.uint64(int(line))
        return shape

    def _abroad(self, digits: Digits) -> tuple[np.ndarray, np.ndarray]:
        """(which begin with any international prefix, the indices of those whose first one is plain and fits)."""
        prefixes = self._plan.INTERNATIONAL
        hits = np.zeros(len(digits.lengths), bool)
        for template in prefixes:
            hits |= digits.begins(template)
        through = np.zeros(0, np.int64)
        if prefixes and "d" not in prefixes[0] and prefixes[0][0] == "0":
            plain = digits.begins(prefixes[0]) & (digits.rows[len(prefixes[0])] != 0)
            through = np.flatnonzero(plain & (digits.lengths - len(prefixes[0]) >= _SHORTEST))
        return hits, through

    def _bare_code(self, digits: Digits, known: np.ndarray, value: np.ndarray) -> np.ndarray:
        """Keys of digits that begin with the home's calling code: `parse._bare_code`."""
        inside = digits.take(np.arange(len(digits.lengths)), len(self._plan.CODE))
        found = self._numbers.values(inside)
        first, _ = self._first_template(inside)
        too_long = (self._plan.LENGTHS >> digits.lengths) == 0
        is_code = too_long | ((known & plans.GENERAL) == 0)
        fine = is_code & self._is_possible(inside, found) & (first < 0) & (inside.rows[0] > 0)
        fine &= (digits.lengths <= 15) & ~_one_digit(value, len(self._plan.CODE), digits.lengths)
        return np.where(fine, value, 0).astype(np.uint64)


class _Automaton:
    """A plan's table (see `ringwarden.numbers.plan`) as a dense one: state by digit."""

    def __init__(self, table: bytes) -> None:
        units = np.frombuffer(table, "<u2").astype(np.int64)
        numbered: dict[int, int] = {}
        order: list[int] = []

        def number(unit: int) -> int:
            if unit not in numbered:
                numbered[unit] = len(order) + 1  # 0 is the state in which nothing fits any more
                order.append(unit)
            return numbered[unit]

        self._root = number(int(units[0]))
        rows = [[0] * 10]
        values = [0]
        for unit in order:  # grows while it is walked
            values.append(int(units[unit]))
            row: list[int] = []
            at = unit + 1
            while len(row) < 10:
                run = int(units[at])
                row += [number(run & 0xFFF) if run & 0xFFF else 0] * ((run >> 12) + 1 - len(row))
                at += 1
            rows.append(row)
        self._next = np.array(rows, np.int32).ravel()
        self._values = np.array(values, np.int32)

    def values(self, digits: Digits) -> np.ndarray:
        """What `plan.walk` says of each number."""
        state = np.full(len(digits.lengths), self._root, np.int32)
        for position in range(min(len(digits.rows), int(digits.lengths.max(initial=0)))):
            following = self._next[state * 10 + digits.rows[position]]
            state = np.where(position < digits.lengths, following, state)
        return self._values[state]


class _Places:
    """Calling codes by the first three digits of a number."""

    def __init__(self) -> None:
        size = 10**_HEAD
        self.code_length = np.zeros(size, np.int64)
        self.shortest = np.zeros(size, np.int64)
        self.longest = np.zeros(size, np.int64)
        self._trunk = np.zeros(size, np.int64)  # index in _trunks, 0 for none
        self._trunks = [""]
        for head in range(size):
            place = world.place_of(f"{head:0{_HEAD}d}")
            if place is None:
                continue
            self.code_length[head] = len(place.code)
            self.shortest[head], self.longest[head] = place.shortest, place.longest
            if place.trunk not in self._trunks:
                self._trunks.append(place.trunk)
            self._trunk[head] = self._trunks.index(place.trunk)

    def of(self, digits: Digits) -> np.ndarray:
        """The first three digits as an integer."""
        return digits.rows[0].astype(np.int64) * 100 + digits.rows[1].astype(np.int64) * 10 + digits.rows[2]

    def trunk_follows(self, digits: Digits, place: np.ndarray) -> np.ndarray:
        """Whether the calling code is followed by the trunk prefix that no number of its country begins with."""
        follows = np.zeros(len(place), bool)
        for index, trunk in enumerate(self._trunks[1:], 1):
            some = np.flatnonzero(self._trunk[place] == index)
            if not len(some):
                continue
            hit = np.ones(len(some), bool)
            for offset, want in enumerate(trunk):
                hit &= digits.rows[self.code_length[place[some]] + offset, some] == int(want)
            follows[some] = hit
        return follows


def _at(national: np.ndarray) -> np.ndarray:
    """How many digits integers have, which do not begin with 0."""
    return np.searchsorted(_POWERS, national, side="right")


def _one_digit(value: np.ndarray, code: np.ndarray | int, lengths: np.ndarray) -> np.ndarray:
    """Whether the digits after the calling code are one digit repeated."""
    length = np.clip(lengths - code, 1, WIDTH - 1)
    national = value % _POWERS[length]
    return national * np.uint64(9) == (value % np.uint64(10)) * (_POWERS[length] - np.uint64(1))


def _pure(block: np.ndarray, begin: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(digits of all texts (WIDTH, n), indices of the texts that are nothing else)."""
    rows = block[begin[None, :] + np.arange(WIDTH)[:, None]] - np.uint8(48)
    inside = np.arange(WIDTH)[:, None] < lengths[None, :]
    pure = ((rows < 10) | ~inside).all(axis=0)
    rows[~inside] = 0
    return rows, np.flatnonzero(pure)


def _separated(block: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> tuple[Digits, np.ndarray, np.ndarray]:
    """(digits without the separators between them, which begin with "+", indices of the texts that these are)."""
    chars = _CLASSES[block[starts[:, None] + np.arange(_FIELD)[None, :]]]
    inside = np.arange(_FIELD)[None, :] < (ends - starts)[:, None]
    chars[~inside] = _SEPARATOR
    is_digit = chars < 10
    is_plus = chars == _PLUS
    lengths = is_digit.sum(axis=1)
    first_digit = np.argmax(is_digit, axis=1)
    pluses = is_plus.sum(axis=1)
    fine = ~(chars == _OTHER).any(axis=1) & (lengths > 0) & (lengths < WIDTH) & (pluses <= 1)
    fine &= (pluses == 0) | (np.argmax(is_plus, axis=1) < first_digit)
    kept = np.flatnonzero(fine)
    order, columns = np.nonzero(is_digit[kept])
    position = np.arange(len(order)) - np.repeat(np.cumsum(lengths[kept]) - lengths[kept], lengths[kept])
    rows = np.zeros((WIDTH, len(kept)), np.uint8)
    rows[position, order] = chars[kept][order, columns]
    return Digits(rows, lengths[kept]), pluses[kept] == 1, kept
