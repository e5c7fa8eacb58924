# SPDX-License-Identifier: Apache-2.0
"""Everything that a finished list holds, decoded from its bytes."""

from collections.abc import Iterator

import numpy as np

from ringwarden import categories
from ringwarden.blocklist import Blocklist, ListError
from ringwarden.blocklist.ranges import order
from ringwarden_tools.lists import coder
from ringwarden_tools.lists.entries import Rule

_BATCH = 10_000
_ASKED = 100_000  # numbers that are looked up when a list is checked


def numbers(blocklist: Blocklist) -> tuple[np.ndarray, np.ndarray]:
    """(keys, ascending; category indices) of all numbers. Raises `ListError` when the list breaks its format."""
    return _decoded(whole(blocklist), blocklist.count)


def whole(blocklist: Blocklist) -> bytes:
    """The list's bytes."""
    return blocklist._read(0, blocklist.size)


def _decoded(data: bytes, count: int) -> tuple[np.ndarray, np.ndarray]:
    try:
        keys, indices = coder.dump(data)
    except coder.CodingError:
        raise ListError("format") from None
    if len(keys) != count or (keys[1:] <= keys[:-1]).any():
        raise ListError("format")
    return keys, indices


def as_csv(blocklist: Blocklist) -> Iterator[str]:
    """The list as pieces of CSV: number,category; rules as patterns."""
    yield "number,category\n"
    keys, indices = numbers(blocklist)
    names = [categories.name(index) for index in range(32)]
    for at in range(0, len(keys), _BATCH):
        some = zip(keys[at : at + _BATCH].tolist(), indices[at : at + _BATCH].tolist(), strict=True)
        yield "".join([f"+{key},{names[index]}\n" for key, index in some])
    yield from rule_lines(blocklist)


def rule_lines(blocklist: Blocklist) -> Iterator[str]:
    """The rules as lines of CSV, the exceptions to them as comments."""
    for kind, first, last, category in blocklist.rules.entries() if blocklist.rules else ():
        if kind == "exception":
            yield f"# but not +{first}" + (f" to +{last}\n" if last > first else "\n")
            continue
        for rule in _open("", first, last, category) if kind == "start" else _counted(first, last, category):
            yield f"{rule},{categories.name(category)}\n"


def _counted(first: int, last: int, category: int) -> Iterator[Rule]:
    """A range of keys as the patterns that it is made of."""
    digits = len(str(first))
    while first <= last:
        zeros = 0
        while first % 10 ** (zeros + 1) == 0 and first + 10 ** (zeros + 1) - 1 <= last:
            zeros += 1
        yield Rule(str(first)[: digits - zeros], digits, category)
        first += 10**zeros


def _open(prefix: str, first: int, last: int, category: int) -> Iterator[Rule]:
    """A row in the order of a dictionary as the beginnings that it is made of, from those that begin with `prefix`."""
    begin = order(int(prefix)) if prefix else 0
    end = begin + 11 ** (15 - len(prefix)) - 1
    if first <= begin and end <= last:
        yield Rule(prefix, 0, category)
    elif begin <= last and first <= end and len(prefix) < 15:
        for digit in "0123456789" if prefix else "123456789":
            yield from _open(prefix + digit, first, last, category)


def check(blocklist: Blocklist) -> None:
    """Decode every number and ask for some of them: what the list holds it also says. Raises `ListError`."""
    data = whole(blocklist)
    keys, indices = _decoded(data, blocklist.count)
    step = max(1, len(keys) // _ASKED)
    if len(keys) and (coder.lookups(data, keys[::step])[0] != indices[::step]).any():
        raise ListError("format")


def category_bytes(blocklist: Blocklist) -> int:
    """About how many bytes of the body say the categories: their entropy, each in the light of the one before."""
    indices = numbers(blocklist)[1].astype(np.int64)
    before = np.concatenate((np.zeros(1, np.int64), indices[:-1])) if len(indices) else indices
    pairs = np.bincount(before * 32 + indices, minlength=1024).reshape(32, 32)
    totals = pairs.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        bits = -np.where(pairs > 0, pairs * np.log2(pairs / totals), 0).sum()
    return int(round(float(bits) / 8))
