# SPDX-License-Identifier: Apache-2.0
"""What `make bench-list` does: measures, and writes docs/bench/list.md."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import numpy as np

from bench.list import numbers, ours, peers, report, rv32

ROOT = Path(__file__).resolve().parents[2]
SEED = 20261125


def _apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """In a process of its own, so that its memory is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def _strangers(sample: numbers.Sample, seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).integers(int(sample.keys[0]), int(sample.keys[-1]), 2 * peers.PROBES)
    return np.setdiff1d(drawn.astype(np.uint64), sample.keys)


def _row(sample: numbers.Sample, seed: int) -> report.Row:
    """Sizes beside peers."""
    labelled = numbers.labelled(np.random.default_rng(seed), sample)
    large = len(sample.keys) > 2_000_000
    print(f"{sample.name}, {len(sample.keys):,}", flush=True)
    return report.Row(
        sample.name,
        len(sample.keys),
        sample.bound,
        ours.size(sample, labelled),
        peers.measure(sample.keys, _strangers(sample, seed), large),
    )


def _drawn(kind: str, n: int, seed: int) -> numbers.Sample:
    sample = getattr(numbers, kind)(np.random.default_rng(seed), n)
    return sample


def _size(kind: str, n: int, seed: int) -> report.Row:
    return _row(_drawn(kind, n, seed), seed)


def _speed(kind: str, n: int, labelled: bool, strangers: int, seed: int) -> report.SpeedRow:
    sample = _drawn(kind, n, seed)
    if labelled:
        sample = numbers.labelled(np.random.default_rng(seed), sample)
    print(f"speed: {sample.name}, {len(sample.keys):,}", flush=True)
    return report.SpeedRow(sample.name, len(sample.keys), ours.speed(sample, strangers, seed))


@click.command()
@click.option("--quick", is_flag=True, help="No list of 10^7, fewer strangers.")
@click.option("--seed", default=SEED, show_default=True)
@click.option("--lists", default="../shared/data/lists", show_default=True, help="A folder with real lists.")
@click.option("--output", default="docs/bench/list.md", show_default=True)
@click.option("--command", default="make bench-list")
def main(quick: bool, seed: int, lists: str, output: str, command: str) -> None:
    """Measure lists and write the page."""
    kinds = ["uniform", "clustered", "campaigns", "hot_prefixes", "dense_prefixes", "spread"]
    plan = [(kind, 10**6) for kind in kinds] + [("uniform", 10**5), ("clustered", 10**5)]
    plan += [(kind, 10**7) for kind in ("uniform", "clustered") if not quick]
    rows = [_apart(_size, kind, n, seed) for kind, n in sorted(plan, key=lambda row: (row[1], kinds.index(row[0])))]
    found = [_row(sample, seed) for sample in numbers.real(Path(lists))]
    runs = [
        ("uniform", 10**6, False),
        ("uniform", 10**6, True),
        ("clustered", 10**6, True),
        ("dense_prefixes", 10**6, False),
    ]
    runs += [("uniform", 10**7, True), ("clustered", 10**7, True)] if not quick else []
    strangers = 10**6 if quick else 10**7
    speeds = [_apart(_speed, *run, strangers if run[1] == 10**6 else 10**6, seed) for run in runs]
    counts = [(label, rv32.count(_drawn("uniform", 10**6, seed), seed, labelled)) for label, labelled in rv32.LISTS]
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    Path(output).write_text(report.page(command, seed, rows, found, speeds, counts))
    print(f"wrote {output}")
