# SPDX-License-Identifier: Apache-2.0
"""Numbers written with wildcards to rules.

Two ways of writing are in use: `09118818*`, all numbers that begin so (FRITZ!Box), and `33162######`, all numbers with
so many digits more (Apple's call directories, where digits without "+" or trunk prefix begin with the calling code).
"""

import itertools
import re

from ringwarden.numbers import world
from ringwarden.numbers.clean import clean
from ringwarden_tools.lists.keys import KeyReader, NotANumber

FIXED = 2  # digits after the calling code that a rule must name: one for "+49*" would silence a country
INSIDE = 3  # "#" that may stand before a digit, each of which makes ten rules
_OPEN = re.compile(r"(\+?[0-9]+)\*+\Z")
_COUNTED = re.compile(r"\+?[0-9][0-9#]*#[0-9#]*\Z")


def is_pattern(text: str) -> bool:
    """Whether a text is meant as a wildcard and not as one number."""
    return "*" in text or "#" in text


def read(text: str, reader: KeyReader) -> list[tuple[str, int]]:
    """The rules (E.164 prefix, digits of the whole number or 0 for any) that a pattern means. Raises `NotANumber`."""
    cleaned = clean(text)
    found = _OPEN.match(cleaned)
    if found:
        return [_checked(_prefix(found[1], range(1, 10), reader), 0)]
    if not _COUNTED.match(cleaned):
        raise NotANumber("not a telephone number")
    fixed = cleaned.rstrip("#")
    count = len(cleaned) - len(fixed)
    inside = fixed.count("#")
    if inside > INSIDE:
        raise NotANumber(f"more than {INSIDE} # before a digit")
    out = []
    for digits in itertools.product("0123456789", repeat=inside):
        parts = fixed.split("#")
        whole = parts[0] + "".join(digit + part for digit, part in zip(digits, parts[1:], strict=True))
        prefix = _prefix(whole, range(count, count + 1), reader)
        out.append(_checked(prefix, len(prefix) + count))
    return out


def _prefix(written: str, more: range, reader: KeyReader) -> str:
    """The E.164 digits that the written ones are, whatever follows; `more` says how many digits may."""
    if written[0] == "+":
        return _international(written[1:])
    seen = set()
    for count in more:
        for digit in "2580":
            fill = digit * count
            try:
                key = str(reader.key(written + fill))
            except NotANumber:
                continue
            # They are the country's own only when the number exists there.
            if key.endswith(fill) and (reader.knows(written + fill) or not key.startswith(reader.home.code or "0")):
                seen.add(key[: len(key) - count])
    if len(seen) == 1:
        return seen.pop()
    if seen:
        raise NotANumber("a pattern that can be read in several ways")
    if len(more) == 1 and written[0] != "0":
        return _international(written)
    raise NotANumber("no number begins so" if reader.home.code else "no country code, and no --country given")


def _international(digits: str) -> str:
    place = world.place_of(digits)
    if place is None:
        raise NotANumber("no country has this calling code")
    national = digits[len(place.code) :]
    if place.trunk and national.startswith(place.trunk):  # +49 (0) 911 ...
        national = national[len(place.trunk) :]
    return place.code + national


def _checked(prefix: str, length: int) -> tuple[str, int]:
    place = world.place_of(prefix)
    if place is None or len(prefix) < len(place.code) + FIXED:
        raise NotANumber("a pattern that covers too many numbers")
    if len(prefix) > 15 or length > 15:
        raise NotANumber("longer than 15 digits")
    if length and not place.shortest <= length - len(place.code) <= place.longest:
        raise NotANumber("no such number")
    return prefix, length
