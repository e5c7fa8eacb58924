# SPDX-License-Identifier: Apache-2.0
"""`make bench-decoder-falsing`: hours of everything that is not caller-ID, and what the decoder takes for it.

The audio is cut into pieces of a minute; piece n of a seed is always the same, and what was heard in it goes at once
into a file of that seed, so that a run can be stopped and taken up again. A piece in which something false was heard is
kept as a WAV file.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import soundfile
from numpy.typing import NDArray
from rich.console import Console

from _ringwarden import _cffi
from bench.decoder import ours, peers, report, sounds, speakers
from bench.decoder.channel import CODECS, to_int16, white
from bench.decoder.condition import generator
from bench.decoder.waveform import Wave, dtmf, power_of

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
RATE = 8000


def _joined(one: Callable[[np.random.Generator, int], Wave], rng: np.random.Generator, seconds: float) -> Wave:
    """Short sounds one after the other, each at its own level, until there are enough."""
    parts: list[Wave] = []
    total = 0.0
    while total < seconds * RATE:
        wave = sounds.levelled(one(rng, RATE), float(rng.uniform(-35.0, -8.0)))
        parts += [wave, np.zeros(int(rng.integers(0, RATE)))]
        total += len(wave) + len(parts[-1])
    return np.concatenate(parts)[: int(seconds * RATE)]


def _dialling(rng: np.random.Generator, _rate: int) -> Wave:
    """A number dialled on the phone itself, by hand or from its memory: digits, no start and no end of caller-ID."""
    keys = "".join(str(d) for d in rng.integers(0, 10, int(rng.integers(3, 13))))
    if rng.uniform() < 0.5:
        return dtmf(keys, rng, RATE, on_ms=float(rng.uniform(50, 100)), off_ms=float(rng.uniform(50, 100)))
    pressed = [dtmf(k, rng, RATE, on_ms=float(rng.uniform(80, 400)), off_ms=float(rng.uniform(80, 700))) for k in keys]
    return np.concatenate(pressed)


Source = Callable[[np.random.Generator, float], Wave]


def _made(maker: Callable[[float, np.random.Generator], Wave]) -> Source:
    """A sound of the whole length, at one random level."""
    return lambda rng, seconds: sounds.levelled(maker(seconds, rng), float(rng.uniform(-40.0, -6.0)))


SOURCES: dict[str, tuple[int, Source]] = {  # weight in minutes of each hundred, source
    "speech, espeak-ng": (28, lambda rng, s: _joined(speakers.espeak, rng, s)),
    "speech, flite": (8, lambda rng, s: _joined(speakers.flite, rng, s)),
    "speech, people's prompts": (16, lambda rng, s: _joined(speakers.prompts, rng, s)),
    "speech-like, made": (6, _made(sounds.talk)),
    "music on hold": (6, lambda rng, s: _joined(speakers.on_hold, rng, s)),
    "music, made": (8, _made(sounds.music)),
    "desktop sounds": (4, lambda rng, s: _joined(speakers.effects, rng, s)),
    "noise": (8, _made(sounds.noise)),
    "exchange and fax tones": (4, _made(sounds.exchange_tones)),
    "modems": (5, _made(sounds.modems)),
    "random FSK, 1200 baud": (5, _made(sounds.random_fsk)),
    "dialled digits": (2, lambda rng, s: _joined(_dialling, rng, s)),
}  # fmt: skip
# Digits dialled on the household's own phone are what a line without start and end digits sends; only the hook tells
# them apart, so numbers read from them are counted but are not false.
NOT_FALSE = "dialled digits"


def schedule() -> list[str]:
    """A hundred pieces, the sources spread evenly."""
    places = [((i + 0.5) / weight, name) for name, (weight, _) in SOURCES.items() for i in range(weight)]
    return [name for _, name in sorted(places)]


def piece(seed: int, index: int, seconds: float = SECONDS) -> tuple[str, NDArray[np.int16]]:
    """Piece `index` of a seed: what it is, and its samples."""
    order = schedule()
    name = order[index % len(order)]
    rng = generator(seed, "falsing", index)
    wave = SOURCES[name][1](rng, seconds)
    wave = np.clip(wave, -1.0, 1.0) + white(len(wave), power_of(float(rng.uniform(-75.0, -50.0))), rng)
    codec = str(rng.choice(["", *CODECS]))
    return name, to_int16(CODECS[codec](wave) if codec else wave)


@dataclass
class Found:
    """What the decoder handed over in a piece: as good (FSK messages, DTMF numbers), DTMF in doubt, alerts."""

    index: int
    source: str
    seconds: float
    messages: list[str]
    numbers: list[str]
    doubtful: list[str]
    alerts: int


def examine(job: tuple[int, int, str]) -> Found:
    """Listen to one piece; keep its audio when something was heard."""
    seed, index, keep = job
    source, samples = piece(seed, index)
    events = [event for event, _ in ours.events(samples, RATE, doubtful=True)]
    messages = [e for e in events if e.kind == "message"]
    good = [e for e in messages if e.checksum_ok]
    if good and source != NOT_FALSE:
        soundfile.write(Path(keep, f"falsing-{seed}-{index}.wav"), samples, RATE, subtype="PCM_16")
    return Found(
        index,
        source,
        len(samples) / RATE,
        messages=[e.data.hex() for e in good if e.standard != "dtmf"],
        numbers=[e.data.decode("latin-1") for e in good if e.standard == "dtmf"],
        doubtful=[e.data.decode("latin-1") for e in messages if e.standard == "dtmf" and not e.checksum_ok],
        alerts=sum(e.kind == "tone_alert" for e in events),
    )


def everyone(seed: int, seconds: int, listeners: tuple[str, ...]) -> list[list[str]]:
    """A short look at ours and the peers on the sounds that need no other program: rows of counts."""
    rows = []
    for name in (
        "speech-like, made",
        "music, made",
        "noise",
        "exchange and fax tones",
        "modems",
        "random FSK, 1200 baud",
    ):
        rng = generator(seed, "everyone", name)
        samples = to_int16(np.clip(SOURCES[name][1](rng, float(seconds)), -1.0, 1.0))
        row = [name]
        for listener in listeners:
            if listener in peers.NAMES:
                wanted = [s for s in ("bell202", "v23", "dtmf") if (listener, s) not in peers.SKIPS]
                row.append(str(sum(len(peers.decode(listener, samples, RATE, s)) for s in wanted)))
            else:
                row.append(str(len(ours.decode(samples, RATE))))
        rows.append(row)
    return rows


def known(path: Path) -> dict[int, Found]:
    """What an earlier run of this seed has examined; a line that was cut off is left out."""
    found: dict[int, Found] = {}
    if path.is_file():
        for line in path.read_text().splitlines():
            try:
                entry = Found(**json.loads(line))
            except (ValueError, TypeError):
                continue
            found[entry.index] = entry
    return found


def fingerprint() -> str:
    """Eight digits that change with the built decoder, so that a run is never taken up with another one."""
    return hashlib.sha256(Path(_cffi.__file__).read_bytes()).hexdigest()[:8]


def sheet(found: list[Found]) -> report.Sheet:
    """False messages and numbers by source."""
    result = report.Sheet(
        "False messages and numbers",
        "False is what was handed over as good. Digits dialled on the household's own phone are what some exchanges "
        "send as caller-ID, and only the hook tells them apart: they stay out of the sum. In doubt: DTMF without "
        "start or end, reported only where doubtful messages are asked for. Alerts: 2130 + 2750 Hz, which the exchange "
        "tones hold.",
        ["source", "hours", "false FSK messages", "false DTMF numbers", "an hour", "in doubt", "alerts"],
    )

    def row(name: str, entries: list[Found]) -> list[str]:
        hours = sum(f.seconds for f in entries) / 3600.0
        messages, numbers = sum(len(f.messages) for f in entries), sum(len(f.numbers) for f in entries)
        return [
            name,
            f"{hours:.2f}",
            str(messages),
            str(numbers),
            f"{(messages + numbers) / hours:.2f}" if hours else "",
            str(sum(len(f.doubtful) for f in entries)),
            str(sum(f.alerts for f in entries)),
        ]

    for name in SOURCES:
        result.rows.append(row(name, [f for f in found if f.source == name]))
    result.rows.append(row("all but dialled digits", [f for f in found if f.source != NOT_FALSE]))
    return result


def _results(todo: list[tuple[int, int, str]], workers: int, until: float) -> Iterator[Found]:
    """Examine pieces a few at a time, until the time is up."""
    with ProcessPoolExecutor(workers) as pool:
        for start in range(0, len(todo), workers):
            if time.monotonic() > until:
                return
            yield from pool.map(examine, todo[start : start + workers])


@click.command()
@click.option("--hours", type=float, default=10.0, show_default=True, help="Hours of audio.")
@click.option(
    "--minutes",
    type=float,
    default=0.0,
    help="Stop after so many minutes of work (0: when done); go on with the same seed.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=None, help="Repeat or go on with a run; default: from the clock."
)
@click.option("--jobs", type=int, default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option(
    "--output", type=click.Path(path_type=Path), default=ROOT / "docs/bench", help="Folder for decoder-falsing.md."
)
def main(hours: float, minutes: float, seed: int | None, jobs: int, output: Path) -> None:
    """Count what our decoder hears in speech, music, noise, tones and modems. Exits 1 when anything false was heard."""
    console = Console(width=None if sys.stdout.isatty() else 130)
    seed = int(time.time()) if seed is None else seed
    folder = ROOT / "build/bench"
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"falsing-{seed}-{fingerprint()}.jsonl"
    console.print(f"seed {seed} (SEED={seed} goes on with this run), kept in {log.relative_to(ROOT)}", style="bold")
    found = known(log)
    total = max(round(hours * 3600 / SECONDS), 1)
    todo = [(seed, index, str(folder)) for index in range(total) if index not in found]
    until = time.monotonic() + (minutes * 60 if minutes else float("inf"))
    with log.open("a") as lines:
        for result in _results(todo, jobs, until):
            lines.write(json.dumps(vars(result), sort_keys=True) + "\n")
            lines.flush()
            found[result.index] = result
            if (result.messages or result.numbers) and result.source != NOT_FALSE:
                console.print(f"piece {result.index}, {result.source}: {result.messages + result.numbers}", style="red")
            if len(found) % 60 == 0:
                console.print(f"{len(found)} of {total} minutes")
    entries = [f for index, f in sorted(found.items()) if index < total]
    table = sheet(entries)
    table.show(console)
    heard = sum(f.seconds for f in entries) / 3600.0
    words = (
        f"Produced by `make bench-decoder-falsing HOURS={hours:g} SEED={seed}`; {heard:.2f} hours were played. "
        "Our decoder listened for every standard at once."
    )
    report.write(
        output / "decoder-falsing.md",
        "What the decoder hears where there is no caller-ID",
        report.filled(words),
        [table],
    )
    if any((f.messages or f.numbers) for f in entries if f.source != NOT_FALSE):
        sys.exit(1)


if __name__ == "__main__":
    main()
