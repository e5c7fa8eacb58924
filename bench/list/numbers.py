# SPDX-License-Identifier: Apache-2.0
"""Lists to measure: drawn at random in a few ways, and real ones from files."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LOW, SPAN = 86 * 10**10, 10**10
SHARES = (0.30, 0.20, 0.15, 0.10, 0.08, 0.06, 0.05, 0.03, 0.02, 0.01)  # of categories, when they are drawn


@dataclass(frozen=True)
class Sample:
    """Sorted distinct keys (uint64) and categories (uint8); `bound` in bits a number where theory gives one."""

    name: str
    keys: np.ndarray
    categories: np.ndarray
    bound: float | None = None


def _sample(name: str, keys: np.ndarray, bound: float | None = None, categories: np.ndarray | None = None) -> Sample:
    keys = np.unique(np.asarray(keys, np.uint64))
    return Sample(name, keys, np.zeros(len(keys), np.uint8) if categories is None else categories, bound)


def uniform(rng: np.random.Generator, n: int) -> Sample:
    """`n` numbers from 10^10 that are all as likely."""
    keys = np.unique(rng.integers(LOW, LOW + SPAN, n))
    bits = (math.lgamma(SPAN + 1) - math.lgamma(len(keys) + 1) - math.lgamma(SPAN - len(keys) + 1)) / math.log(2)
    return _sample("uniform", keys, bits / len(keys))


def clustered(rng: np.random.Generator, n: int) -> Sample:
    """Half in campaigns of 5 to 200 consecutive numbers, 3 in 10 in hot prefixes of 10^5, the rest anywhere."""
    sizes = rng.integers(5, 201, n // 200)
    starts = rng.integers(LOW, LOW + SPAN, len(sizes))
    runs = np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    prefixes = rng.integers(LOW // 10**5, (LOW + SPAN) // 10**5, max(1, n // 2000))
    hot = prefixes[rng.integers(0, len(prefixes), 3 * n // 10)] * 10**5 + rng.integers(0, 10**5, 3 * n // 10)
    return _sample("clustered", np.concatenate([runs, hot, rng.integers(LOW, LOW + SPAN, n // 5)]))


def campaigns(rng: np.random.Generator, n: int) -> Sample:
    """Campaigns alone: 100 consecutive numbers each."""
    return _sample("campaigns of 100", rng.integers(LOW, LOW + SPAN, n // 100)[:, None] + np.arange(100))


def hot_prefixes(rng: np.random.Generator, n: int) -> Sample:
    """Prefixes of 10^5 numbers, some much hotter than others, numbers anywhere in them."""
    share = rng.zipf(1.3, n) % 4000
    prefixes = rng.choice(SPAN // 10**5, 4000, replace=False) + LOW // 10**5
    return _sample("hot prefixes", prefixes[share] * 10**5 + rng.integers(0, 10**5, n))


def dense_prefixes(rng: np.random.Generator, n: int) -> Sample:
    """Prefixes of 10^4 numbers of which one in ten is listed."""
    prefixes = rng.choice(SPAN // 10**4, n // 1000, replace=False) + LOW // 10**4
    return _sample("dense prefixes", prefixes[rng.integers(0, len(prefixes), n)] * 10**4 + rng.integers(0, 10**4, n))


def spread(rng: np.random.Generator, n: int) -> Sample:
    """Anywhere in the whole of E.164."""
    return _sample("all of E.164", rng.integers(1, 10**15, n))


def labelled(rng: np.random.Generator, plain: Sample) -> Sample:
    """The same numbers, each with a category that is drawn for itself."""
    categories = rng.choice(len(SHARES), len(plain.keys), p=SHARES).astype(np.uint8)
    return Sample(plain.name + ", categories", plain.keys, categories, plain.bound)


def real(folder: Path) -> list[Sample]:
    """Every file of a folder with more than 50 numbers in it: digits of lines or of <number> elements.

    A number with a single leading zero is one of Germany's: the only national ones that these lists have.
    """
    out = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        text = path.read_text(errors="replace")
        found = re.findall(r"<number[^>]*>([^<]*)<", text) or [line.split(",")[0] for line in text.splitlines()]
        digits = [re.sub(r"^00|\D", "", re.sub("^0(?!0)", "49", number.strip())) for number in found]
        keys = [int(number) for number in digits if 6 <= len(number) <= 15 and number[0] != "0"]
        if len(set(keys)) > 50:
            out.append(_sample(path.name, np.array(keys)))
    return out


def entropy(categories: np.ndarray) -> float:
    """Bits a number that their frequencies ask for."""
    shares = np.bincount(categories) / len(categories)
    shares = shares[shares > 0]
    return float(-(shares * np.log2(shares)).sum())
