# SPDX-License-Identifier: Apache-2.0
"""What the tests of rules share: a household in Beijing, calls to it, lists that hold all or nothing."""

from ringwarden.call import Call
from ringwarden.civil import seconds
from ringwarden.household import Household
from ringwarden.numbers import key, normalise
from ringwarden.policy import decide
from ringwarden.words import reason

ZONE = 480  # minutes east of Greenwich


class List:
    """A block list that holds every number, under one category; none when the category is negative."""

    def __init__(self, category: int = 9) -> None:
        self.category = category

    def lookup(self, key: int) -> "int | None":
        return self.category if self.category >= 0 else None


class Kept:
    """A store of one small document, as `ringwarden.setup.file_store.FileStore` is one."""

    def __init__(self) -> None:
        self.document: "dict | None" = None
        self.saved = 0

    def load(self) -> "dict | None":
        return self.document

    def save(self, document: dict) -> None:
        self.document = document
        self.saved += 1


def house(category: int = -1, **fields) -> Household:
    document = {"version": 1, "home": {"country": "CN", "area_code": "010", "timezone_minutes": ZONE}}
    document.update(fields)
    household = Household.from_document(document)
    household.blocklist = List(category)
    return household


def local(text: str) -> int:
    """Seconds since 1970 of "2026-11-25 18:00" at the household."""
    date, _, time = text.partition(" ")
    year, month, day = [int(part) for part in date.split("-")]
    hour, minute = [int(part) for part in time.split(":")]
    return seconds(year, month, day, hour, minute) - ZONE * 60


EVENING = local("2026-11-25 18:00")  # a Wednesday


def call(shown: str, household: Household, at: int = EVENING, tick: int = 0, **more) -> Call:
    """A call as it is displayed; "P", "O", "none" and "broken" are calls without a number."""
    if shown in ("P", "O", "none", "broken"):
        return Call(at=at, tick=tick, absence=shown, **more)
    number = normalise(shown, household.home)
    return Call(at=at, tick=tick, number=number, key=key(number), shown=shown, **more)


def judged(shown: str, household: Household, at: int = EVENING, tick: int = 0, **more) -> "tuple[str, str]":
    """(action, reason) of the verdict, whose sentence must be whole in both languages."""
    verdict = decide(call(shown, household, at, tick, **more), household)
    entry = {"reason": verdict.reason, "details": verdict.details, "category": verdict.category}
    for lang in ("en", "zh"):
        sentence = reason(entry, lang)
        assert sentence and "{" not in sentence and verdict.reason not in sentence, (verdict, sentence)
    return verdict.action, verdict.reason
