# SPDX-License-Identifier: Apache-2.0
"""One written number to its key. Every result is that of `ringwarden.numbers.normalise`; most are found without it."""

import re

from ringwarden import numbers
from ringwarden.numbers import world

KEY_LIMIT = 10**15
_HEAD = 7  # first digits by which numbers are told apart
_PLAIN = re.compile(r"\+([1-9][0-9]{7,14})\Z")


class NotANumber(ValueError):
    """A text that is no number that a list can hold; the message says why."""


class KeyReader:
    """Reads numbers as seen from `home`. Not thread-safe: it remembers what it learns about first digits."""

    def __init__(self, home: numbers.Home) -> None:
        self._home = home
        self._as_they_are: dict[str, bool] = {}

    def key(self, text: str) -> int:
        """The key, 1 to 10^15 - 1. Raises `NotANumber`."""
        plain = _PLAIN.match(text)
        if plain:
            digits = plain[1]
            head = digits[:_HEAD]
            known = self._as_they_are.get(head)
            if known is None:
                known = self._as_they_are[head] = self._stays(head)
            if known:
                return int(digits)
        return self._normalised(text)

    def _normalised(self, text: str) -> int:
        key = numbers.key(numbers.normalise(text, self._home))
        if key == 0:
            raise NotANumber("not a telephone number")
        if key >= KEY_LIMIT:
            raise NotANumber("longer than 15 digits")
        return key

    def _stays(self, head: str) -> bool:
        """Whether `normalise` leaves every "+" number that begins so as it is: nothing in it can be a trunk prefix."""
        place = world.place_of(head)
        if place is None:
            return False
        plan = self._home.plan
        national = head[len(place.code) :]
        if plan is None or place.code != plan.CODE:
            return not (place.trunk and _may_begin(place.trunk, national))
        return plan.MOBILE_INFIX is None and not any(_may_begin(template, national) for template, _, _ in plan.TRUNK)


def _may_begin(template: str, digits: str) -> bool:
    """Whether a number of which only the first `digits` are known may begin with the template ("d": any digit)."""
    return all(want in ("d", have) for want, have in zip(template, digits, strict=False))
