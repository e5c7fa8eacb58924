# SPDX-License-Identifier: Apache-2.0
"""From files to a list in one call: what `ringwarden list build` does, for other programs too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ringwarden import categories
from ringwarden_tools.lists import capacity as capacities
from ringwarden_tools.lists import image, known_good, sources
from ringwarden_tools.lists import rules as ruling
from ringwarden_tools.lists.entries import Entries
from ringwarden_tools.lists.merge import Merged, merge
from ringwarden_tools.lists.opening import Progress


@dataclass(frozen=True)
class Options:
    """How a list is made. `capacity`: bytes it must fit into; `front_bits`: a number, when there is no capacity.

    `starter_set`: also subtract the known-good numbers that come with Ringwarden.
    """

    country: str = ""
    front_bits: float = image.FRONT_BITS
    capacity: int | None = None
    known_good: tuple[Path, ...] = ()
    starter_set: bool = True
    skip_broken: bool = False
    min_score: int | None = None


@dataclass(frozen=True)
class Built:
    """A list and how it came to be.

    `good_removed`: numbers that were reported but are known to be good; `good_proven`: known-good numbers that were
    looked up in the finished list and found absent; `cut`: numbers for which the capacity had no room; `duplicates`:
    reports that were another one of the same number or pattern.
    """

    image: image.Image
    entries: Entries
    by_category: dict[str, int]
    good_removed: int = 0
    good_proven: int = 0
    cut: int = 0
    rules: ruling.RuleSet = field(default_factory=lambda: ruling.RuleSet([], [], [], []))
    duplicates: int = 0


def build(
    paths: Sequence[Path],
    country: str = "",
    extra: Sequence[tuple[str, str]] = (),
    *,
    options: Options | None = None,
    progress: Progress | None = None,
    phase: Callable[[str], None] = lambda name: None,
) -> Built:
    """A list of the numbers in `paths` and of `extra` (number, category name), read from `country` (ISO code, or "").

    `progress` is told of bytes read, `phase` of what begins. Raises `UserError` when a file cannot be used; numbers
    that cannot are counted in `entries`.
    """
    options = options or Options(country)
    entries = Entries()
    place = sources.readers(options.country)
    good = known_good.load(options.known_good, options.country, options.starter_set, progress)
    for path in paths:
        sources.read(path, place, entries, options.skip_broken, progress)
    for number, category in extra:
        sources.add(number, category, place, entries)
    phase("sorting")
    merged = merge(entries)
    duplicates = entries.reports - merged.distinct
    if options.min_score is not None:
        enough = merged.scores >= options.min_score
        entries.leave_out("below --min-score", int((~enough).sum()))
        merged = merged.keep(enough)
    wrong = good.covers(merged.keys)
    merged = merged.keep(~wrong)
    made_rules = ruling.build(merged.rules, good.keys, good.spans)
    merged = _with_apart(merged, made_rules, good)
    phase("coding")
    fitted = _coded(merged, made_rules.packed(), options)
    phase("proving that no known-good number is listed")
    proven = good.prove_absent(fitted.image.data)
    counts = np.bincount(fitted.kept.categories, minlength=len(categories.NAMES)).tolist()
    by_category = {name: count for name, count in zip(categories.NAMES, counts, strict=True) if count}
    return Built(fitted.image, entries, by_category, int(wrong.sum()), proven, fitted.cut, made_rules, duplicates)


def _coded(merged: Merged, packed: bytes, options: Options) -> capacities.Fitted:
    if options.capacity is not None:
        return capacities.fit(merged, options.country, packed, options.capacity)
    front = int(options.front_bits * len(merged.keys) / 8)
    default = options.front_bits == image.FRONT_BITS
    made = image.make(
        merged.keys, merged.categories, options.country, front_bytes=None if default else front, rules=packed
    )
    return capacities.Fitted(made, merged, 0)


def _with_apart(merged: Merged, made: ruling.RuleSet, good: known_good.KnownGood) -> Merged:
    """The numbers together with those of ranges that are listed one by one."""
    keys, indices = ruling.taken_apart(made)
    if not len(keys):
        return merged
    new = ~np.isin(keys, merged.keys, assume_unique=True) & ~good.covers(keys)
    keys, indices = keys[new], indices[new]
    all_keys = np.concatenate((merged.keys, keys))
    order = np.argsort(all_keys, kind="stable")
    return Merged(
        all_keys[order],
        np.concatenate((merged.categories, indices))[order],
        np.concatenate((merged.scores, np.ones(len(keys), np.int64)))[order],
        merged.rules,
    )
