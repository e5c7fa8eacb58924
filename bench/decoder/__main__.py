# SPDX-License-Identifier: Apache-2.0
"""`make bench-decoder`: thresholds, impairments, cost and recordings, ours beside the peers'."""

import math
import os
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.console import Console

from bench.decoder import alerts, peers, report, summary, table
from bench.decoder.condition import Condition
from bench.decoder.measure import OURS, Bench, threshold

ROOT = Path(__file__).resolve().parents[2]
BITS = {"bell202": 1, "v23": 2, "ntt": 4, "dtmf": 8}
PARTS = ["curves", "impairments", "alerts", "cost", "recordings", "false"]


@dataclass(frozen=True)
class Plan:
    """What to measure: numbers of messages, SNRs, standards, stop bits, parts, listeners."""

    seed: int
    count: int
    near: int
    impaired: int
    snrs: tuple[float, ...]
    standards: tuple[str, ...]
    stops: tuple[str, ...]
    parts: tuple[str, ...]
    listeners: tuple[str, ...]
    told: bool
    jobs: int
    false_seconds: int

    def stops_of(self, standard: str) -> tuple[str, ...]:
        """Stop bits that are measured for a standard."""
        return self.stops if standard in ("bell202", "v23") else ("1",)


def curves(bench: Bench, plan: Plan, standard: str) -> None:
    """All points, then more messages at points around our own SNR99."""
    bases = [table.curve(standard, stop) for stop in plan.stops_of(standard)]
    bench.run([replace(base, snr=snr) for base in bases for snr in plan.snrs], plan.count)
    if plan.near <= plan.count:
        return
    more: list[Condition] = []
    for base in bases:
        guess = threshold(bench.curve(base, OURS), 0.99)
        if not math.isnan(guess):
            middle = round(guess * 4) / 4
            more += [replace(base, snr=middle + step) for step in (-0.5, -0.25, 0.0, 0.25, 0.5)]
    fresh = [c for c in more if c not in bench.results]
    known = [c for c in more if c in bench.results]
    bench.run(fresh, plan.near)
    bench.run(known, plan.near - plan.count)


def impaired_rows(standard: str) -> list[Condition]:
    """Rows of the impairment table, with what must be refused."""
    return table.impairments(standard) + ([table.TOO_SHORT] if standard == "dtmf" else [])


def measured(plan: Plan, console: Console) -> dict[str, Bench]:
    """Everything that counts messages."""
    began = time.monotonic()
    benches: dict[str, Bench] = {}
    for standard in plan.standards:
        bench = Bench(plan.seed, plan.jobs, plan.listeners, BITS[standard] if plan.told else 15)
        if "curves" in plan.parts:
            curves(bench, plan, standard)
        if "impairments" in plan.parts:
            bench.run(impaired_rows(standard), plan.impaired)
        bench.close()
        benches[standard] = bench
        if bench.results:
            console.print(f"{report.TITLES[standard]} measured, {time.monotonic() - began:.0f} s")
    return benches


def one(sheets: list[report.Sheet]) -> report.Sheet:
    """Sheets of the same kind, one a standard, as one."""
    sheets[0].rows = [row for sheet in sheets for row in sheet.rows]
    return sheets[0]


def sheets_of(plan: Plan, benches: dict[str, Bench]) -> list[report.Sheet]:
    """All tables, in the order of the document."""
    sheets: list[report.Sheet] = []
    if "curves" in plan.parts:
        sheets.append(one([report.thresholds(b, [s], list(plan.stops_of(s))) for s, b in benches.items()]))
        sheets.append(one([report.wrong(b, [s]) for s, b in benches.items()]))
    if "impairments" in plan.parts:
        sheets += [report.impairments(b, s, impaired_rows(s)) for s, b in benches.items()]
        sheets.append(one([report.delays(b, table.impairments(s)[:1]) for s, b in benches.items()]))
    if "alerts" in plan.parts:
        sheets.append(alerts.sheet(plan.impaired, plan.seed, plan.jobs))
    if "cost" in plan.parts:
        sheets += summary.speed(plan.seed, plan.listeners)
    if "recordings" in plan.parts:
        sheets.append(summary.recorded(plan.listeners))
    if "false" in plan.parts:
        sheets.append(summary.false(plan.seed, plan.false_seconds, plan.listeners))
    if "curves" in plan.parts:
        sheets += [report.points(b, s, stop) for s, b in benches.items() for stop in plan.stops_of(s)]
    return sheets


def publish(plan: Plan, benches: dict[str, Bench], sheets: list[report.Sheet], output: Path, command: str) -> None:
    """The document and its pictures."""
    from bench.decoder import plot

    output.mkdir(parents=True, exist_ok=True)
    drawn = {
        standard: {
            name: points
            for name in plan.listeners
            if (points := bench.curve(table.curve(standard, plan.stops_of(standard)[0]), name))
        }
        for standard, bench in benches.items()
    }
    plot.draw(drawn, output / "decoder")
    words = summary.introduction(command, plan.seed, plan.count, plan.near, plan.impaired, plan.told)
    report.write(output / "decoder.md", "The caller-ID decoder, measured", words, sheets)


@click.command()
@click.option("--seed", type=click.IntRange(0), default=None, help="Repeat a run; default: from the clock.")
@click.option("--count", type=click.IntRange(1), default=300, show_default=True, help="Messages a point.")
@click.option("--near", type=int, default=1000, show_default=True, help="Messages a point around our SNR99.")
@click.option(
    "--impaired", type=click.IntRange(1), default=200, show_default=True, help="Messages for each impairment."
)
@click.option("--quick", is_flag=True, help="30 messages a point, 20 for each impairment, fewer points, one stop bit.")
@click.option("--snr", "snrs", multiple=True, type=float, help="Only these SNRs (repeatable).")
@click.option("--standard", "standards", multiple=True, type=click.Choice(list(BITS)), help="Only these (repeatable).")
@click.option("--stop", "stops", multiple=True, type=click.Choice(list(table.STOPS)), help="Only these stop bits.")
@click.option(
    "--only", "parts", multiple=True, type=click.Choice(PARTS), help="Only these parts, printed, not written."
)
@click.option("--told", is_flag=True, help="Tell our decoder the standard; default: it listens for all at once.")
@click.option("--ours-only", is_flag=True, help="Leave the peers out.")
@click.option("--jobs", type=click.IntRange(1), default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--output", type=click.Path(path_type=Path), default=ROOT / "docs/bench", help="Where the report goes.")
@click.option("--command", default="make bench-decoder", hidden=True)
def main(
    seed: int | None,
    count: int,
    near: int,
    impaired: int,
    quick: bool,
    snrs: tuple[float, ...],
    standards: tuple[str, ...],
    stops: tuple[str, ...],
    parts: tuple[str, ...],
    told: bool,
    ours_only: bool,
    jobs: int,
    output: Path,
    command: str,
) -> None:
    """Measure the caller-ID decoder beside spandsp, minimodem and multimon-ng on the same signals.

    decoder.md and its plots are written when everything was measured. With --only, --snr or --standard the tables are
    printed and nothing is written.
    """
    console = Console(width=None if sys.stdout.isatty() else 150)
    if quick:
        count, near, impaired = min(count, 30), 0, min(impaired, 20)
    plan = Plan(
        seed=int(time.time()) if seed is None else seed,
        count=count,
        near=near,
        impaired=impaired,
        snrs=snrs or (table.QUICK_SNRS if quick else table.SNRS),
        standards=standards or tuple(BITS),
        stops=stops or (("1",) if quick else tuple(table.STOPS)),
        parts=parts or tuple(PARTS),
        listeners=(OURS,) if ours_only else (OURS, *peers.NAMES),
        told=told,
        jobs=jobs,
        false_seconds=20 if quick else 120,
    )
    console.print(f"seed {plan.seed} (SEED={plan.seed} repeats this run)", style="bold")
    began = time.monotonic()
    benches = measured(plan, console)
    sheets = sheets_of(plan, benches)
    for sheet in sheets:
        sheet.show(console)
    examples = summary.wrong(benches)
    if examples.rows:
        examples.show(console)
    summary.keep(ROOT / f"build/bench/decoder-{plan.seed}.jsonl", plan.seed, benches)
    if not (parts or snrs or standards or ours_only):
        publish(plan, benches, sheets, output, command)
        console.print(f"written: {output}/decoder.md, decoder.png, decoder.svg")
    console.print(f"{time.monotonic() - began:.0f} s; all counts: build/bench/decoder-{plan.seed}.jsonl")


if __name__ == "__main__":
    try:
        main()
    except peers.PeerError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
