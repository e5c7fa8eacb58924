# SPDX-License-Identifier: Apache-2.0
"""`make bench-decoder`: thresholds, impairments, cost and recordings, ours beside the peers'."""

import math
import os
import platform
import sys
import time
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
from rich.console import Console

from bench.decoder import cost, falsing, ours, peers, recordings, report, table
from bench.decoder.condition import Condition
from bench.decoder.measure import OURS, Bench, threshold

ROOT = Path(__file__).resolve().parents[2]
BITS = {"bell202": 1, "v23": 2, "ntt": 4, "dtmf": 8}

FINE = [x / 2.0 for x in range(-4, 13)]  # -2 .. 6 dB by halves
COARSE = [7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 16.0, 20.0]
QUICK = [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 14.0, 16.0, 20.0]


def curves(bench: Bench, standards: list[str], stops: list[str], count: int, near: int, snrs: list[float]) -> None:
    """All points, then `near` messages at points around our own SNR99."""
    bases = [table.curve(s, stop) for s in standards for stop in (stops if s in ("bell202", "v23") else ["1"])]
    bench.run([replace(base, snr=snr) for base in bases for snr in snrs], count)
    if near <= count:
        return
    more: list[Condition] = []
    for base in bases:
        guess = threshold(bench.curve(base, OURS), 0.99)
        if not math.isnan(guess):
            middle = round(guess * 4) / 4
            more += [replace(base, snr=middle + step) for step in (-0.5, -0.25, 0.0, 0.25, 0.5)]
    fresh = [c for c in more if c not in bench.results]
    known = [c for c in more if c in bench.results]
    bench.run(fresh, near)
    bench.run(known, near - count)


def speed_sheet(seed: int, listeners: tuple[str, ...], counted: bool) -> list[report.Sheet]:
    """Real-time factors, instructions a sample, state."""
    factors = cost.real_time(seed, listeners)
    state = {OURS: f"{ours.state_bytes()} bytes at 8 kHz, {ours.state_bytes(16000)} at 16 kHz"}
    speed = report.Sheet(
        "Speed and state",
        "× real time on one stream of Bell 202 bursts at 25 dB on this machine, which was doing other things too; peers with "
        "starting the program and resampling for it, ours with every standard listened for at once, in blocks of 10 ms from Python.",
        ["", "× real time", "state"],
        [[name, f"{factor:.0f}", state.get(name, "not measured")] for name, factor in factors.items()],
    )
    if not counted:
        return [speed]
    rows = [
        [
            i.audio,
            f"{i.x86_64:.0f}" if i.x86_64 else "",
            "not measured yet" if i.rv32imc is None else f"{i.rv32imc:.0f}",
        ]
        for i in cost.instructions(seed)
    ]
    note = "Our decoder, instructions a sample at 8 kHz: callgrind, -O2, the difference between two lengths of the same audio."
    return [speed, report.Sheet("Instructions a sample", note, ["audio", "x86-64", "rv32imc"], rows)]


def recording_sheet(listeners: tuple[str, ...]) -> report.Sheet:
    """Recordings of real lines."""
    rows = [
        [r.name, report.TITLES[r.standard], *(r.answers.get(n, "") for n in listeners)]
        for r in recordings.run(listeners)
    ]
    note = "Recordings of real lines and line simulators whose content is known."
    if not rows:
        note = "No recordings were at hand: name a folder with RINGWARDEN_RECORDINGS."
    return report.Sheet("Recordings", note, ["", "standard", *listeners], rows)


def false_sheet(seed: int, seconds: int, listeners: tuple[str, ...]) -> report.Sheet:
    """A minute or two of what is not caller-ID, for everyone. (Hours of it for ours: make bench-decoder-falsing.)"""
    rows = falsing.everyone(seed, seconds, listeners)
    note = f"{seconds} s of each, by each decoder listening for Bell 202, V.23 and DTMF in turn: messages or numbers heard."
    return report.Sheet("False messages", note, ["", *listeners], rows)


def introduction(command: str, seed: int, count: int, near: int, impaired: int, listen: str) -> str:
    """What was run, in words."""
    around = f" and {near} at five points around our SNR99" if near > count else ""
    return "\n".join(
        [
            f"Produced by `{command}` with {count} messages a point{around}, and {impaired} messages for each impairment; "
            f"seed {seed}.",
            "",
            "Messages are MDMF of 35 to 39 bytes (date, ten-digit number, name), 300 bits of seizure and 180 of mark, from the "
            "generator in `bench/decoder/`, which shares nothing with the decoder. SNR is the power of the burst over that of "
            "white noise in 0–4 kHz (DTMF: the power while both tones sound), sampled at 8 kHz. Every decoder heard the same "
            "samples. "
            + ("Ours listened for every standard at once" if listen == "auto" else "Ours was told the standard")
            + "; the peers were told which standard to expect.",
            "",
            "![Decode rate against SNR](decoder.svg)",
            "",
            f"Peers: spandsp (`adsi_rx`, libspandsp of Debian), minimodem, multimon-ng (Debian's packages). {platform.machine()}, "
            f"Python {platform.python_version()}, numpy {np.__version__}.",
        ]
    )


@click.command()
@click.option("--seed", type=int, default=None, help="Repeat a run; default: from the clock.")
@click.option("--count", type=int, default=300, show_default=True, help="Messages a point.")
@click.option("--near", type=int, default=1000, show_default=True, help="Messages a point around our SNR99.")
@click.option("--impaired", type=int, default=200, show_default=True, help="Messages for each impairment.")
@click.option("--quick", is_flag=True, help="30 messages a point, 20 for each impairment, fewer points, one stop bit.")
@click.option("--standard", "standards", multiple=True, type=click.Choice(list(BITS)), help="Only these (repeatable).")
@click.option("--stop", "stops", multiple=True, type=click.Choice(list(table.STOPS)), help="Only these stop bits.")
@click.option(
    "--only", type=click.Choice(["curves", "impairments", "cost", "recordings", "false"]), help="One part alone."
)
@click.option("--listen", type=click.Choice(["auto", "own"]), default="auto", show_default=True,
              help="Our decoder: every standard at once, or told the one that is sent.")  # fmt: skip
@click.option("--ours-only", is_flag=True, help="Leave the peers out.")
@click.option("--jobs", type=int, default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=ROOT / "docs/bench", help="Folder for decoder.md and plots."
)
@click.option("--command", default="", hidden=True)
def main(
    seed: int | None,
    count: int,
    near: int,
    impaired: int,
    quick: bool,
    standards: tuple[str, ...],
    stops: tuple[str, ...],
    only: str | None,
    listen: str,
    ours_only: bool,
    jobs: int,
    output: Path,
    command: str,
) -> None:
    """Measure the caller-ID decoder beside spandsp, minimodem and multimon-ng on the same signals.

    The document and the plots are written when everything was measured; a part alone (--only) is only printed.
    """
    console = Console(width=None if sys.stdout.isatty() else 150)
    seed = int(time.time()) if seed is None else seed
    snrs = FINE + COARSE
    if quick:
        count, near, impaired, snrs = min(count, 30), 0, min(impaired, 20), QUICK
        stops = stops or ("1",)
    listeners = (OURS,) if ours_only else (OURS, *peers.PEERS)
    names = list(standards) or ["bell202", "v23", "ntt", "dtmf"]
    variants = list(stops) or list(table.STOPS)
    console.print(f"seed {seed} (SEED={seed} repeats this run)", style="bold")
    began = time.monotonic()
    sheets: list[report.Sheet] = []
    benches = {name: Bench(seed, jobs, listeners, 15 if listen == "auto" else BITS[name]) for name in names}
    drawn = {}
    for name, bench in benches.items():
        if only in (None, "curves"):
            curves(bench, [name], variants, count, near, snrs)
            drawn[name] = {n: p for n in listeners if (p := bench.curve(table.curve(name, variants[0]), n))}
        if only in (None, "impairments"):
            rows = table.impairments(name) + ([table.TOO_SHORT] if name == "dtmf" else [])
            bench.run(rows, impaired)
        bench.close()
        console.print(f"{report.TITLES[name]} measured, {time.monotonic() - began:.0f} s")
    sheets += joined(benches, names, variants, only)
    if only in (None, "cost"):
        sheets += speed_sheet(seed, listeners, counted=True)
    if only in (None, "recordings"):
        sheets.append(recording_sheet(listeners))
    if only in (None, "false"):
        sheets.append(false_sheet(seed, 20 if quick else 120, listeners))
    for sheet in sheets:
        sheet.show(console)
    if only is None:
        from bench.decoder import plot

        output.mkdir(parents=True, exist_ok=True)
        plot.draw(drawn, output / "decoder")
        text = introduction(command or "make bench-decoder", seed, count, near, impaired, listen)
        report.write(output / "decoder.md", "The caller-ID decoder, measured", text, sheets)
        console.print(f"written: {output / 'decoder.md'}, decoder.png, decoder.svg; {time.monotonic() - began:.0f} s")


def joined(benches: dict[str, Bench], names: list[str], variants: list[str], only: str | None) -> list[report.Sheet]:
    """Tables over all standards."""
    sheets: list[report.Sheet] = []
    if only in (None, "curves"):
        for make in (lambda b, n: report.thresholds(b, [n], variants), lambda b, n: report.wrong(b, [n])):
            parts = [make(benches[name], name) for name in names]
            parts[0].rows = [row for part in parts for row in part.rows]
            sheets.append(parts[0])
    if only in (None, "impairments"):
        for name in names:
            rows = table.impairments(name) + ([table.TOO_SHORT] if name == "dtmf" else [])
            sheets.append(report.impairments(benches[name], name, rows))
        clean = [replace(table.impairments(name)[0]) for name in names]
        parts = [report.delays(benches[name], [row]) for name, row in zip(names, clean, strict=True)]
        parts[0].rows = [row for part in parts for row in part.rows]
        sheets.append(parts[0])
    if only in (None, "curves"):
        sheets += [
            report.points(benches[name], name, stop)
            for name in names
            for stop in (variants if name in ("bell202", "v23") else ["1"])
        ]
    return sheets


if __name__ == "__main__":
    try:
        main()
    except peers.PeerError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
