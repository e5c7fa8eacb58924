# SPDX-License-Identifier: Apache-2.0
"""Our own lists: what they take, how fast they are made and asked, and whether they are ever wrong."""

import resource
import time
from dataclasses import dataclass

import numpy as np

from bench.list import numbers
from ringwarden_tools.lists import coder, image

ASKED = 20_000
ROUNDS = 15
PIECE = 1_000_000


@dataclass(frozen=True)
class Size:
    """Bits a number of each part; `extra` is what categories add to everything, `entropy` what they ask for."""

    body: float
    index: float
    top: float
    header: float
    front: float
    extra: float
    entropy: float

    @property
    def exact(self) -> float:
        """Body and index, top included."""
        return self.body + self.index + self.top


def size(plain: numbers.Sample, labelled: numbers.Sample) -> Size:
    """The list without categories, and what they add."""
    made, with_categories = image.make(plain.keys, plain.categories), image.make(labelled.keys, labelled.categories)
    n = len(plain.keys) / 8
    return Size(
        made.body_bytes / n,
        made.index_bytes / n,
        made.top_bytes / n,
        made.header_bytes / n,
        made.front_bytes / n,
        (len(with_categories.data) - len(made.data)) / n,
        numbers.entropy(labelled.categories),
    )


@dataclass(frozen=True)
class Speed:
    """`build` in seconds, `memory` in MiB, lookups in microseconds, `reads` as shares of strangers, `wrong` answers."""

    build: float
    memory: float
    listed: float
    stranger: float
    reads: tuple[float, ...]
    most: int
    wrong: int
    asked: int


def speed(sample: numbers.Sample, strangers: int, seed: int) -> Speed:
    """Time to make the list from sorted keys; then listed numbers and strangers are asked."""
    rng = np.random.default_rng(seed)
    began = time.perf_counter()
    made = image.make(sample.keys, sample.categories)
    build = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = rng.permutation(len(sample.keys))[:ASKED]
    found, reads = coder.lookups(made.data, sample.keys)
    wrong, most = int(np.count_nonzero(found != sample.categories)), int(reads.max())
    counts, asked = np.zeros(4), 0
    low, high = int(sample.keys[0]), int(sample.keys[-1]) + 1
    while asked < strangers:
        keys = np.setdiff1d(rng.integers(low, high, PIECE).astype(np.uint64), sample.keys)
        found, reads = coder.lookups(made.data, keys)
        wrong += int(np.count_nonzero(found != coder.NOT_LISTED))
        counts += np.bincount(reads, minlength=4)[:4]
        most = max(most, int(reads.max()))
        asked += len(keys)
    return Speed(
        build,
        memory,
        _time(made.data, sample.keys[rows]),
        _time(made.data, rng.permutation(keys)[:ASKED]),
        tuple((counts / counts.sum()).tolist()),
        most,
        wrong,
        asked,
    )


def _time(data: bytes, keys: np.ndarray) -> float:
    """Microseconds of processor time a lookup in C: the best of some rounds, since others use the machine too."""
    best = float("inf")
    for part in np.array_split(keys, ROUNDS):
        began = time.process_time()
        coder.lookups(data, part)
        best = min(best, (time.process_time() - began) / len(part))
    return 1e6 * best
