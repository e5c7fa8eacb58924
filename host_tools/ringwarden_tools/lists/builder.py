# SPDX-License-Identifier: Apache-2.0
"""From files to a list in one call: what `ringwarden list build` does, for other programs too."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ringwarden import categories, numbers
from ringwarden_tools.lists import image, sources
from ringwarden_tools.lists.keys import KeyReader
from ringwarden_tools.lists.merge import merge


@dataclass(frozen=True)
class Built:
    """A list and how it came to be."""

    image: image.Image
    entries: sources.Entries
    by_category: dict[str, int]

    @property
    def duplicates(self) -> int:
        """Entries that were another report of the same number."""
        return len(self.entries.keys) - self.image.count


def build(
    paths: Sequence[Path],
    country: str = "",
    front_bits: int = image.FRONT_BITS,
    extra: Sequence[tuple[str, str]] = (),
) -> Built:
    """A list of the numbers in `paths` and of `extra` (number, category name), read from `country` (ISO code, or "").

    Raises `UserError` when a file cannot be used; numbers that cannot are counted in `entries`.
    """
    entries = sources.Entries()
    reader = KeyReader(numbers.Home(country))
    for path in paths:
        sources.read(path, reader, entries)
    for number, category in extra:
        sources.add(number, category, reader, entries)
    keys, indices = merge(entries)
    counts = np.bincount(indices, minlength=len(categories.NAMES)).tolist()
    by_category = {name: count for name, count in zip(categories.NAMES, counts, strict=True) if count}
    return Built(image.make(keys, indices, country, front_bytes=front_bits * len(keys) // 8), entries, by_category)
