# SPDX-License-Identifier: Apache-2.0
"""Many reports of a number become one entry, whatever their order."""

from dataclasses import dataclass

import numpy as np

from ringwarden_tools.lists.entries import Entries, Rule


@dataclass
class Merged:
    """Ascending distinct `keys` (uint64) with a category (uint8) and the sum of all scores (int64) each, and rules.

    `distinct`: numbers and patterns that were reported, left out or not.
    """

    keys: np.ndarray
    categories: np.ndarray
    scores: np.ndarray
    rules: list[Rule]
    distinct: int = 0

    def keep(self, which: np.ndarray) -> "Merged":
        """The numbers that `which` (bool or indices, ascending) picks, and all rules."""
        return Merged(self.keys[which], self.categories[which], self.scores[which], self.rules, self.distinct)


def merge(entries: Entries) -> Merged:
    """One entry a number.

    Its score is the sum of its reports. Its category is the one with the highest sum; a report that names a category
    goes before one that does not, and among equals the lower index wins. A number, and a rule, whose reports add up to
    less than nothing is left out: more people spoke for it than against.
    """
    keys, categories, scores = entries.totals()
    order = np.lexsort((categories, -scores, categories == 0, keys)) if len(keys) else np.zeros(0, np.int64)
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    starts = np.flatnonzero(first)
    sums = np.add.reduceat(scores, starts) if len(keys) else scores
    best = order[starts]
    wanted = sums >= 0
    entries.leave_out("voted down", int((~wanted).sum()))
    distinct = len(starts) + len(entries.rules)
    return Merged(keys[best][wanted], categories[best][wanted], sums[wanted], _rules(entries), distinct)


def _rules(entries: Entries) -> list[Rule]:
    out = []
    for (prefix, length), by_category in sorted(entries.rules.items()):
        if sum(by_category.values()) < 0:
            entries.leave_out("voted down")
            continue
        category = min(by_category, key=lambda index: (index == 0, -by_category[index], index))
        out.append(Rule(prefix, length, category))
    return out
