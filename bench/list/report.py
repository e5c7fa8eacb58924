# SPDX-License-Identifier: Apache-2.0
"""docs/bench/list.md."""

import platform
from dataclasses import dataclass

import numpy as np

from bench.list import ours, peers


@dataclass(frozen=True)
class Row:
    """Sizes of one list, ours and the peers'."""

    name: str
    count: int
    bound: float | None
    size: ours.Size
    peers: list[peers.Peer]


@dataclass(frozen=True)
class SpeedRow:
    """Speeds of one list."""

    name: str
    count: int
    speed: ours.Speed


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _bits(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:.3f}" if value < 1 else f"{value:.2f}"


def _count(n: int) -> str:
    power = round(np.log10(n))
    return f"10<sup>{power}</sup>" if abs(n / 10**power - 1) < 0.1 else f"{n:,}"


def _sizes(rows: list[Row]) -> str:
    head = [
        "list",
        "numbers",
        "body",
        "index",
        "**both**",
        "bound",
        "over it",
        "zstd -19 of gaps",
        "pyroaring",
        "header",
        "front",
    ]
    out = []
    for row in rows:
        size, (zstd, roaring) = row.size, row.peers[:2]
        over = "—" if row.bound is None else f"{100 * (size.exact / row.bound - 1):.2f} %"
        out.append(
            [row.name, _count(row.count), _bits(size.body), _bits(size.index + size.top), f"**{_bits(size.exact)}**",
             _bits(row.bound), over, _bits(zstd.bits), _bits(roaring.bits), _bits(size.header), _bits(size.front)]
        )  # fmt: skip
    return _table(head, out)


def _categories(rows: list[Row]) -> str:
    out = [
        [
            row.name,
            _count(row.count),
            f"{row.size.entropy:.4f}",
            f"{row.size.extra:.4f}",
            f"{100 * (row.size.extra / row.size.entropy - 1):+.2f} %",
        ]
        for row in rows
    ]
    return _table(["list", "numbers", "entropy", "what they add", "over it"], out)


def _filters(rows: list[Row]) -> str:
    out = []
    for row in rows:
        for peer in row.peers[2:]:
            wrong = f"1 in {round(1 / peer.wrong):,}" if peer.wrong else "0 seen"
            out.append([row.name, _count(row.count), peer.name, _bits(peer.bits), wrong])
        size = row.size
        out.append([row.name, _count(row.count), "**ringwarden**, exact", _bits(size.exact), "none"])
        out.append([row.name, _count(row.count), "**ringwarden**, with front", _bits(size.exact + size.front), "none"])
    return _table(["list", "numbers", "kept in", "bits a number", "strangers taken for listed"], out)


def _speeds(rows: list[SpeedRow]) -> str:
    out = []
    for row in rows:
        s = row.speed
        times = [f"{s.build:.1f} s", f"{s.memory:,.0f} MiB", f"{s.listed:.2f} µs", f"{s.stranger:.2f} µs"]
        shares = " / ".join(f"{100 * share:.2f}" for share in s.reads)
        wrong = f"{s.wrong} of {s.asked + row.count:,}"
        out.append([row.name, _count(row.count), *times, shares, str(s.most), wrong])
    head = [
        "list",
        "numbers",
        "made in",
        "memory",
        "listed",
        "stranger",
        "0 / 1 / 2 / 3 reads, % of strangers",
        "most reads",
        "wrong",
    ]
    return _table(head, out)


def page(
    command: str,
    seed: int,
    rows: list[Row],
    real: list[Row],
    speeds: list[SpeedRow],
    counts: list[tuple[str, "tuple[float, float] | None"]],
) -> str:
    """The whole page."""
    kept = [row for row in rows if len(row.peers) > 2 and row.name in ("uniform", "clustered")]
    counted = [[label, *(f"{value:,.0f}" for value in n or ("not counted", "not counted"))] for label, n in counts]
    machine = f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}"
    return f"""<!-- SPDX-License-Identifier: Apache-2.0 -->
# Lists, measured

Produced by `{command}` with seed {seed}. {machine}.

Drawn lists are out of 10<sup>10</sup> numbers (`bench/list/numbers.py` says how). *Clustered*: half of the numbers in
campaigns of 5 to 200 consecutive ones, 3 in 10 in hot prefixes of 10<sup>5</sup>, the rest anywhere. *Hot prefixes*:
some much hotter than others. *Dense prefixes*: one number in ten of each prefix of 10<sup>4</sup>. All figures are bits
a number unless they say otherwise.

## Body and index

The bound is the logarithm of the number of such sets. zstd gets the gaps in the better of two writings (LEB128, 8 bytes
each) and offers no access but from the beginning; ours counts the top of the index to the index.

{_sizes(rows)}

Real lists (`../shared/data/lists`), of which the header is a part that counts:

{_sizes(real)}

## Categories

Ten of them, drawn for each number by itself: what the whole file grows by. In clustered lists this includes that
categories which change from number to number take campaigns apart.

{_categories(rows)}

## Beside filters

What is taken for listed but is not: counted over {peers.PROBES:,} strangers. The front stands at 8 bits a number.

{_filters(kept)}

## Speed

Made from sorted keys in memory (reading and sorting text is not counted); memory is the most that the whole process
held, Python, numbers and list together. Lookups are in C over a list in memory: processor time, the best of
{ours.ROUNDS} rounds. Every listed number was asked too.

{_speeds(speeds)}

Instructions of a lookup on rv32imc (gcc -O2, counted by qemu-riscv32), 10<sup>6</sup> uniform numbers:

{_table(["list", "listed", "stranger that the front lets through"], counted)}
"""
