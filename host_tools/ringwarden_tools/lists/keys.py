# SPDX-License-Identifier: Apache-2.0
"""One written number to its key, as strictly as a list needs it: a number that nobody can call from is junk.

What is read is what `ringwarden.numbers.normalise` says; the box may keep an identity for digits that nothing explains,
a list may not (812, 1111111111).
"""

import re

from ringwarden import numbers
from ringwarden.numbers import plan as plans
from ringwarden.numbers import world

KEY_LIMIT = 10**15
SHORTEST = 8  # digits with calling code that are believed whatever the country: forgers show numbers that nobody has
_REMEMBERED = 1 << 17
_SPREADSHEET = re.compile(r"(?:'|=\")?([+0-9]{6,})(?:\.0)?\"?\Z")  # '0911123456, ="0911123456", 8613800138000.0


class NotANumber(ValueError):
    """A text that is no number that a list can hold; the message says why."""


class KeyReader:
    """Reads numbers as seen from `home`. Not thread-safe: it remembers what it read lately."""

    def __init__(self, home: numbers.Home) -> None:
        self.home = home
        self._known: dict[str, int | str] = {}
        self._unknown = f"no such number in {home.country}" if home.code else "no country code, and no --country given"

    def key(self, text: str) -> int:
        """The key, 1 to 10^15 - 1. Raises `NotANumber`."""
        found = self._known.get(text)
        if found is None:
            try:
                found = self._read(text)
            except NotANumber as error:
                found = str(error)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = found
        if isinstance(found, str):
            raise NotANumber(found)
        return found

    def _read(self, text: str) -> int:
        saved = _SPREADSHEET.match(text)
        number = numbers.normalise(saved[1] if saved else text, self.home)
        key = numbers.key(number)
        if key == 0:
            digits = number.shown.lstrip("+")
            plain = digits.isascii() and digits.isdigit() and len(digits) > 2 and not number.shown.startswith("+")
            raise NotANumber(self._unknown if plain else "not a telephone number")
        if key >= KEY_LIMIT:
            raise NotANumber("longer than 15 digits")
        place = world.place_of(number.e164[1:])
        national = number.e164[1 + len(place.code) :] if place else ""
        if len(national) > 3 and national == national[0] * len(national):
            raise NotANumber("one digit repeated")
        if not self._can_be(number, national):
            raise NotANumber("no such number" if number.form == "international" else self._unknown)
        return key

    def _can_be(self, number: numbers.Number, national: str) -> bool:
        """Whether the number exists, or has at least the shape of one: forgers show numbers that nobody has."""
        if number.kind != "unknown":
            return True
        plan = self.home.plan
        if number.form == "international" or plan is None:
            return len(number.e164) > SHORTEST or world.plausible(number.e164)
        return plans.general(plan, national) and plans.possible(plan, national)

    def knows(self, text: str) -> bool:
        """Whether the country's plan has such a number; a list may hold others too, which forgers show."""
        return numbers.normalise(text, self.home).kind != "unknown"
