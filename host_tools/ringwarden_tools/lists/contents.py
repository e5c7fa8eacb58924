# SPDX-License-Identifier: Apache-2.0
"""Everything that a finished list holds, decoded from its bytes."""

from collections.abc import Iterator

import numpy as np

from ringwarden import categories
from ringwarden.blocklist import Blocklist, ListError
from ringwarden_tools.lists.entries import Rule

_BATCH = 10_000


def walk(blocklist: Blocklist) -> Iterator[tuple[int, int]]:
    """Every (key, category index), ascending. Raises `ListError` when the list breaks its format."""
    raise NotImplementedError


def as_csv(blocklist: Blocklist) -> Iterator[str]:
    """The list as pieces of CSV: number,category; rules as patterns."""
    yield "number,category\n"
    lines = []
    for key, category in walk(blocklist):
        lines.append(f"+{key},{categories.name(category)}\n")
        if len(lines) >= _BATCH:
            yield "".join(lines)
            lines = []
    yield "".join(lines)
    for text in rule_lines(blocklist):
        yield text


def rule_lines(blocklist: Blocklist) -> Iterator[str]:
    """The rules as lines of CSV, the exceptions to them as comments."""
    for kind, first, last, category in blocklist.rules.entries() if blocklist.rules else ():
        if kind == "exception":
            yield f"# but not +{first}" + (f" to +{last}\n" if last > first else "\n")
            continue
        for rule in _patterns(first, last, kind == "start", category):
            yield f"{rule},{categories.name(category)}\n"


def _patterns(first: int, last: int, open_: bool, category: int) -> Iterator[Rule]:
    """An interval as the patterns that it is made of."""
    digits = len(str(first))
    while first <= last:
        zeros = 0
        while first % 10 ** (zeros + 1) == 0 and first + 10 ** (zeros + 1) - 1 <= last:
            zeros += 1
        prefix = str(first)[: digits - zeros]
        yield Rule(prefix, 0 if open_ else digits, category)
        first += 10**zeros


def check(blocklist: Blocklist) -> None:
    """Decode every number: they ascend, there are as many as the header says, and a lookup finds some of them."""
    count, before, every = 0, 0, max(1, blocklist.count // 1000)
    for key, category in walk(blocklist):
        if key <= before or (count % every == 0 and blocklist.lookup(key) != category):
            raise ListError("format")
        count, before = count + 1, key
    if count != blocklist.count:
        raise ListError("format")


def category_bytes(blocklist: Blocklist) -> int:
    """About how many bytes of the body say the categories: their entropy, each in the light of the one before."""
    size = 32
    pairs = np.zeros((size, size), np.int64)
    before = 0
    for _, category in walk(blocklist):
        pairs[before, category] += 1
        before = category
    totals = pairs.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        bits = -np.where(pairs > 0, pairs * np.log2(pairs / totals), 0).sum()
    return int(round(float(bits) / 8))
