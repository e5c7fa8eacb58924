# SPDX-License-Identifier: Apache-2.0
"""The calling codes of the world: which country a number is from and whether it can be one. No dictionary is built."""

from ringwarden.numbers.plans.codes import CODES, REGIONS


class Place:
    """A calling code: `code` "44", `region` "GB" ("" for none), `shortest` and `longest` national number in digits,
    and the `trunk` prefix that no number begins with, or ""."""

    __slots__ = ("code", "region", "shortest", "longest", "trunk")

    def __init__(self, code: str, region: str, shortest: int, longest: int, trunk: str):
        self.code = code
        self.region = region
        self.shortest = shortest
        self.longest = longest
        self.trunk = trunk


def _row(text: str, start: str) -> list[str] | None:
    """The fields after `start` in the line that begins with it."""
    at = text.find("\n" + start + " ")
    if at < 0:
        return None
    at += len(start) + 2
    return text[at : text.find("\n", at)].split(" ")


def place_of(digits: str) -> Place | None:
    """The calling code that international `digits` (no prefix) begin with, or None. No code begins another."""
    for n in (1, 2, 3):
        row = _row(CODES, digits[:n]) if len(digits) >= n else None
        if row:
            region, shortest, longest, trunk = row
            return Place(
                digits[:n],
                "" if region == "-" else region,
                int(shortest),
                int(longest),
                "" if trunk == "-" else trunk,
            )
    return None


def code_of(region: str) -> str:
    """The calling code of a region, "" when unknown."""
    at = CODES.find(" " + region + " ") if region else -1
    if at < 0:
        # A region that shares its code: its rows begin with the code.
        at = REGIONS.find(" " + region + "\n") if region else -1
        place = place_of(REGIONS[REGIONS.rfind("\n", 0, at) + 1 : at]) if at >= 0 else None
        return place.code if place else ""
    return CODES[CODES.rfind("\n", 0, at) + 1 : at]


def region_of(digits: str, place: Place) -> str:
    """The region of an international number: the main one of its code unless its first digits say otherwise."""
    for n in range(len(place.code) + 1, min(len(digits), 9) + 1):
        row = _row(REGIONS, digits[:n])
        if row:
            return row[0]
    return place.region


def national(digits: str, place: Place) -> str:
    """The national number after the calling code, without a trunk prefix that no number of that country begins with."""
    rest = digits[len(place.code) :]
    trunk = place.trunk
    if trunk and rest.startswith(trunk) and len(rest) - len(trunk) >= place.shortest:
        return rest[len(trunk) :]
    return rest


def plausible(e164: str) -> bool:
    """Whether "+digits" is a number by its calling code and length. True for about every real number of the world."""
    place = place_of(e164[1:])
    return place is not None and place.shortest <= len(e164) - 1 - len(place.code) <= place.longest
