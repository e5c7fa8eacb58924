# SPDX-License-Identifier: Apache-2.0
"""A list that fits: the numbers with the lowest scores are cut, what space is left goes to the front."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ringwarden_tools.errors import UserError
from ringwarden_tools.lists import image
from ringwarden_tools.lists.header import ENTRY
from ringwarden_tools.lists.merge import Merged

_UNITS = {"": 1, "b": 1, "k": 1 << 10, "kib": 1 << 10, "m": 1 << 20, "mib": 1 << 20, "g": 1 << 30, "gib": 1 << 30,
          "kb": 10**3, "mb": 10**6, "gb": 10**9}  # fmt: skip
_CLOSE = 1 / 2000  # of the capacity may be left when numbers are cut: a search to the last byte would build too often
_TRIES = 14


@dataclass(frozen=True)
class Fitted:
    """A list, the numbers that are in it, and how many were cut."""

    image: image.Image
    kept: Merged
    cut: int


def parse_size(text: str) -> int:
    """Bytes of "1MiB", "512 KiB", "1M" (1,048,576), "1MB" (1,000,000) or "1048576". Raises `UserError`."""
    found = re.match(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*\Z", text)
    unit = _UNITS.get(found[2].lower()) if found else None
    if found is None or unit is None:
        raise UserError(f"--capacity {text} is no size: write it like 1MiB, 512KiB or 1048576")
    size = int(float(found[1]) * unit)
    if not 0 < size < 1 << 32:
        raise UserError(f"--capacity {text} is out of range: a list has at most 4 GiB")
    return size


def fit(merged: Merged, country: str, rules: bytes, capacity: int) -> Fitted:
    """The largest list of at most `capacity` bytes.

    Among equal scores the lower numbers stay. Raises `UserError` when not even an empty list fits.
    """

    def attempt(kept: Merged) -> image.Numbers | None:
        return image.code(kept.keys, kept.categories)

    def bare(numbers: image.Numbers | None) -> image.Image:
        return image.assemble(numbers, country, front_bytes=0, rules=rules)

    kept, numbers = merged, attempt(merged)
    made = bare(numbers)
    if len(made.data) > capacity:
        order = np.lexsort((merged.keys, -merged.scores))
        best, least = _largest(
            lambda n: len(bare(attempt(merged.keep(np.sort(order[:n])))).data), len(order), len(made.data), capacity
        )
        if best < 0:
            raise UserError(
                f"not even an empty list fits into {capacity:,} bytes ({least:,}): give a larger --capacity"
            )
        kept = merged.keep(np.sort(order[:best]))
        numbers = attempt(kept)
        made = bare(numbers)
    front = capacity - len(made.data) - ENTRY.size
    while len(kept.keys) and front > 0:
        larger = image.assemble(numbers, country, front_bytes=front, rules=rules)
        over = len(larger.data) - capacity
        if over <= 0:
            made = larger
            break
        front -= max(over, 64)
    return Fitted(made, kept, len(merged.keys) - len(kept.keys))


def _largest(size_of: Callable[[int], int], count: int, full: int, capacity: int) -> tuple[int, int]:
    """(how many numbers fit, at least nearly the most, or -1; the size of the smallest list tried)."""
    low, low_size = 0, size_of(0)
    if low_size > capacity:
        return -1, low_size
    high, high_size = count, full
    for step in range(_TRIES):
        if high - low <= 1 or capacity - low_size <= capacity * _CLOSE:
            break
        # Sizes grow about evenly; a little less than the straight line says keeps most attempts below the limit.
        share = (capacity - low_size) / max(1, high_size - low_size)
        guess = low + int((high - low) * share * (0.999 if step % 3 else 1.0)) if step % 4 != 3 else (low + high) // 2
        guess = min(max(guess, low + 1), high - 1)
        size = size_of(guess)
        if size <= capacity:
            low, low_size = guess, size
        else:
            high, high_size = guess, size
    return low, low_size
