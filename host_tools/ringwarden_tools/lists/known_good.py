# SPDX-License-Identifier: Apache-2.0
"""Numbers that no list may hold: hospitals, banks, public services, emergency lines. Subtracted, then proven absent."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np

from ringwarden import numbers
from ringwarden.blocklist import Blocklist
from ringwarden.numbers.plan import valid
from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import coder, sources
from ringwarden_tools.lists.entries import Entries
from ringwarden_tools.lists.fast_keys import FastKeys
from ringwarden_tools.lists.keys import KeyReader
from ringwarden_tools.lists.opening import Progress
from ringwarden_tools.lists.taking import Readers

STARTER_SETS = ("CN",)  # countries with a set of their own; the others' is empty, but for their emergency lines


@dataclass(frozen=True)
class KnownGood:
    """`keys` ascending and distinct (uint64), `spans` (first, last) of whole ranges of numbers of one length."""

    keys: np.ndarray
    spans: tuple[tuple[int, int], ...]

    def covers(self, keys: np.ndarray) -> np.ndarray:
        """Which keys are known to be good."""
        hit = np.isin(keys, self.keys, assume_unique=True)
        for first, last in self.spans:
            hit[np.searchsorted(keys, np.uint64(first)) : np.searchsorted(keys, np.uint64(last), side="right")] = True
        return hit

    def asked(self) -> np.ndarray:
        """The numbers that are looked up one by one in a list: all of them, and both ends of each range."""
        return np.concatenate((self.keys, np.array([key for span in self.spans for key in span], np.uint64)))

    def first_listed(self, data: bytes) -> int:
        """A known-good number that a finished list, as bytes, holds, or 0.

        Everything in the list is decoded and compared, and each known-good number is looked up as the box does it.
        """
        blocklist = Blocklist(lambda offset, length: data[offset : offset + length], len(data))
        asked = self.asked()
        found = (
            asked[coder.lookups(data, asked)[0] != coder.NOT_LISTED] if blocklist.count and len(asked) else asked[:0]
        )
        if blocklist.rules is not None:
            found = np.concatenate((found, [key for key in asked.tolist() if blocklist.rules.lookup(key) is not None]))
        if blocklist.count and not len(found):
            listed = coder.dump(data)[0]
            found = listed[self.covers(listed)]
        return int(found[0]) if len(found) else 0

    def prove_absent(self, data: bytes) -> int:
        """Make sure that a finished list holds none of them; how many were asked for. Raises `UserError`."""
        found = self.first_listed(data)
        if found:
            raise UserError(f"the list would hold +{found}, which is known to be good: report this as an error")
        return len(self.asked())


def load(paths: Sequence[Path], country: str, starter: bool = True, progress: Progress | None = None) -> KnownGood:
    """The numbers in `paths` (any format that lists come in), the country's emergency lines and its starter set.

    Raises `UserError` when a line cannot be read: a number that is mistyped there would not be protected.
    """
    home = numbers.Home(country)
    place = Readers(_Trusting(home), FastKeys(home))
    keys, spans = [], []
    for path in paths:
        entries = Entries()
        sources.read(path, place, entries, progress=progress, may_be_empty=True)
        if entries.refused:
            raise UserError(f"{entries.examples[0]}; repair that line: every known-good number must be readable")
        keys.append(entries.totals()[0])
        spans += [span for prefix, length in entries.rules for span in _spans(prefix, length)]
    keys.append(np.array(sorted(_emergency(home) | (_starter(home) if starter else set())), np.uint64))
    return KnownGood(np.unique(np.concatenate(keys)), tuple(sorted(set(spans))))


class _Trusting(KeyReader):
    """Reads what somebody vouches for: whatever has a form is a number."""

    def _can_be(self, number: numbers.Number, national: str) -> bool:
        return True


def _spans(prefix: str, length: int) -> list[tuple[int, int]]:
    """The ranges of a pattern, one for each length that it allows."""
    lengths = [length] if length else range(len(prefix), 16)
    value = int(prefix)
    scales = [10 ** (n - len(prefix)) for n in lengths]
    return [(value * scale, (value + 1) * scale - 1) for scale in scales]


def _emergency(home: numbers.Home) -> set[int]:
    plan = home.plan
    if plan is None:
        return set()
    lines = {int(plan.CODE + line) for line in plan.MUST_RING}
    areas = _areas(plan) if plan.MUST_RING_WITH_AREA or plan.AREA_EMERGENCY else []
    return lines | {
        int(plan.CODE + area + line) for area in areas for line in plan.MUST_RING_WITH_AREA + plan.AREA_EMERGENCY
    }


def _starter(home: numbers.Home) -> set[int]:
    """The set that comes with Ringwarden for a country, with all area codes where the number calls with one."""
    if home.country not in STARTER_SETS:
        return set()
    text = resources.files(__package__).joinpath(f"known_good_{home.country.lower()}.csv").read_text("utf-8")
    areas = _areas(home.plan)
    keys = set()
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        keys.add(int(home.code + row["number"]))
        if row["behind_area"]:
            keys |= {int(home.code + area + row["number"]) for area in areas}
    return keys


def _areas(plan) -> list[str]:  # type: ignore[no-untyped-def]
    """Area codes of a plan: what makes an ordinary subscriber's number valid."""
    codes = [str(code) for code in range(10, 1000)]
    return [code for code in codes if valid(plan, code + "2222222") or valid(plan, code + "22222222")]
