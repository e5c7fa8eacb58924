# SPDX-License-Identifier: Apache-2.0
"""`make bench-delta`: writes docs/bench/delta.md.

Each row is two lists and the delta between them, applied with the memory of a box and compared byte for byte. The bound
is log2 of the number of ways in which so many numbers can go and so many others come, both drawn at random.
"""

import argparse
import io
import math
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ringwarden.blocklist import delta as box
from ringwarden_tools.lists import delta, image

RANGE = 10**10
PAGE = Path(__file__).resolve().parents[2] / "docs/bench/delta.md"
Numbers = tuple[np.ndarray, np.ndarray]  # keys and categories


@dataclass(frozen=True)
class Row:
    """One pair of lists, measured. Sizes in bytes, processor time in seconds; `traffic`: bytes read of both lists."""

    name: str
    numbers: int
    made: delta.Delta
    list_bytes: int
    bound: float | None
    coding: float
    applying: float
    traffic: tuple[int, int]
    memory: int


def ways(everything: int, chosen: int) -> float:
    """Bytes that it takes to say which of so many were chosen."""
    parts = math.lgamma(everything + 1) - math.lgamma(chosen + 1) - math.lgamma(everything - chosen + 1)
    return parts / math.log(2) / 8


def uniform(rng: np.random.Generator, count: int) -> np.ndarray:
    """So many distinct numbers of 10^10, in no order."""
    return rng.permutation(np.unique(rng.integers(1, RANGE, int(count * 1.02) + 100, dtype=np.uint64)))[:count]


def campaigns(rng: np.random.Generator, count: int) -> list[np.ndarray]:
    """Campaigns of 1 to 2,000 numbers in a row or by a fixed step, whole or with holes, most on sixty prefixes."""
    hot = rng.integers(8613000, 8613999, 60) * 10**6
    out: list[np.ndarray] = []
    total = 0
    while total < count:
        start = int(rng.choice(hot)) + int(rng.integers(0, 10**6))
        if rng.random() < 0.3:
            start = int(rng.integers(10**9, 10**13))
        keys = start + int(rng.choice([1, 1, 1, 2, 10, 7])) * np.arange(min(2000, int(rng.pareto(1.0) * 10 + 1)))
        out.append(keys[rng.random(len(keys)) <= rng.choice([1.0, 0.5, 0.9])].astype(np.uint64))
        total += len(out[-1])
    return out


def same(keys: np.ndarray) -> Numbers:
    """All of one category."""
    keys = np.unique(keys)
    return keys, np.zeros(len(keys), np.uint8)


def measure(name: str, old: Numbers, new: Numbers, bound: float | None = None) -> Row:
    """Make the delta, apply it as a box does, compare."""
    base, target = (delta.take_apart(image.make(*numbers, "CN").data) for numbers in (old, new))
    began = time.process_time()
    made = delta.make(base, target)
    coding = time.process_time() - began
    out = bytearray(len(target.data))
    read = [0, 0]
    stream = io.BytesIO(made.data)

    def read_base(offset: int, length: int) -> bytes:
        read[0] += length
        return base.data[offset : offset + length]

    def read_target(offset: int, length: int) -> bytes:
        read[1] += length
        return bytes(out[offset : offset + length])

    def write(offset: int, data: memoryview) -> None:
        out[offset : offset + len(data)] = data

    began = time.process_time()
    box.apply(read_base, len(base.data), stream.read, write, read_target)
    applying = time.process_time() - began
    assert bytes(out) == target.data
    traffic = (read[0], read[1])
    return Row(name, len(base.keys), made, len(out), bound, coding, applying, traffic, memory(base.data, made.data))


def memory(base: bytes, coded: bytes) -> int:
    """The least state, in steps of 64 bytes, with which the library applies it."""
    for size in range(2048, box.MEMORY, 64):
        try:
            delta.applied(base, coded, size)
            return size
        except box.DeltaError as error:
            if error.code != "size":
                raise
    return box.MEMORY


def random_churn(rng: np.random.Generator, count: int, churn: int, some: Callable[[int], np.ndarray]) -> Row:
    """`churn` numbers out and as many in, drawn at random."""
    everything = some(count + churn)
    old = everything[:count]
    new = np.concatenate([rng.permutation(old)[churn:], everything[count:]])
    bound = ways(count, churn) + ways(RANGE - count, churn)
    return measure(f"uniform, {churn:,} out and in", same(old), same(new), bound)


def clustered(rng: np.random.Generator, count: int, churn: int) -> list[Row]:
    """The same among campaigns; then whole campaigns."""
    groups = campaigns(rng, count + 2 * churn)
    everything = rng.permutation(np.unique(np.concatenate(groups)))
    kept = everything[churn:-churn]
    one = measure(
        f"campaigns, {churn:,} numbers out and in",
        same(np.concatenate([everything[:churn], kept])),
        same(np.concatenate([kept, everything[-churn:]])),
    )
    order = rng.permutation(len(groups))
    sizes = np.cumsum([len(groups[i]) for i in order])
    first, second = (int(np.searchsorted(sizes, n)) + 1 for n in (churn, 2 * churn))
    gone, come, rest = order[:first], order[first:second], order[second:]
    old = same(np.concatenate([groups[i] for i in np.concatenate([gone, rest])]))
    new = same(np.concatenate([groups[i] for i in np.concatenate([come, rest])]))
    return [one, measure(f"campaigns, {len(gone)} out and {len(come)} in, whole", old, new)]


def categories(rng: np.random.Generator, count: int, churn: int) -> list[Row]:
    """Ten categories of unequal share; then the same numbers, some of them with another category."""
    shares = np.array([30, 20, 10, 10, 10, 6, 5, 4, 3, 2]) / 100
    keys = uniform(rng, count + churn)
    kinds = rng.choice(10, len(keys), p=shares).astype(np.uint8)

    def ordered(chosen: np.ndarray, kinds: np.ndarray) -> Numbers:
        order = chosen[np.argsort(keys[chosen])]
        return keys[order], kinds[order]

    places = np.arange(len(keys))
    old = ordered(places[:count], kinds)
    entropy = float(-(shares * np.log2(shares)).sum()) * churn / 8
    bound = ways(count, churn) + ways(RANGE - count, churn) + entropy
    churned = measure(f"ten categories, {churn:,} out and in", old, ordered(places[churn:], kinds), bound)
    other = kinds.copy()
    other[:churn] = (other[:churn] + rng.integers(1, 10, churn)) % 10
    bound = ways(count, churn) + math.log2(9) * churn / 8
    changed = measure(f"ten categories, {churn:,} changed", old, ordered(places[:count], other), bound)
    return [churned, changed]


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    head = ["Change", "numbers", "delta, bytes", "bound", "above it", "whole list, bytes", "made, CPU", "applied, CPU"]
    head += ["reads of base + target, times their size", "memory"]
    out = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for row in rows:
        bound = ["—", "—"]
        if row.bound is not None:
            bound = [f"{row.bound:,.0f}", f"{100 * (len(row.made.data) / row.bound - 1):.1f} %"]
        reads = [f"{n / row.list_bytes:.2f}" for n in row.traffic]
        cells = [row.name, f"{row.numbers:,}", f"**{len(row.made.data):,}**", *bound, f"{row.list_bytes:,}"]
        cells += [f"{row.coding:.2f} s", f"{row.applying:.2f} s", " + ".join(reads), f"{row.memory:,}"]
        out.append("| " + " | ".join(cells) + " |")
    return "\n".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1_000_000, help="numbers in the large lists")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    count = options.count
    rows = [random_churn(rng, count, n, lambda k: uniform(rng, k)) for n in (count // 1000, count // 200, count // 20)]
    rows += [random_churn(rng, count // 10, count // 2000, lambda k: uniform(rng, k))]
    rows += clustered(rng, count, count // 200)
    rows += categories(rng, count, count // 200)
    PAGE.write_text(page(table(rows), options.seed, count), encoding="utf-8")
    print(table(rows))


def page(rows: str, seed: int, count: int) -> str:
    """docs/bench/delta.md."""
    system = f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}"
    return f"""<!-- SPDX-License-Identifier: Apache-2.0 -->
# Deltas, measured

Produced by `make bench-delta` with lists of {count:,} numbers; seed {seed}. {system}.

Every delta was applied with the {box.MEMORY:,} bytes of library state that a box has, through Python as on a box, and
what came out was compared with the list that the builder wrote, byte for byte. *Bound*: log2 of the number of ways in
which so many random numbers can go and come (of 10¹⁰), with the entropy of their categories; the file has 104 bytes of
hashes, lengths and checksums besides, and the new list's header. *Reads* count the two passes that compare hashes.
*Memory*: the least state, in steps of 64 bytes, with which the library applied it.

{rows}
"""


if __name__ == "__main__":
    main()
