# SPDX-License-Identifier: Apache-2.0
"""The parts of the report that are not curves or impairments: what was run, cost, recordings, false messages."""

import json
import platform
from pathlib import Path

import numpy as np

from bench.decoder import cost, falsing, ours, recordings, report
from bench.decoder.measure import OURS, Bench


def introduction(command: str, seed: int, count: int, near: int, impaired: int, told: bool) -> str:
    """What was run, in words."""
    around = f" and {near} at five points around our SNR99" if near > count else ""
    how = "was told the standard" if told else "listened for every standard at once"
    paragraphs = [
        f"Produced by `{command}` with {count} messages a point{around}, and {impaired} messages for each impairment; "
        f"seed {seed}.",
        "Messages are MDMF of 35 to 39 bytes (date, ten-digit number, name) behind 300 bits of seizure and "
        "180 of mark, from the generator in `bench/decoder/`, which shares nothing with the decoder. SNR is "
        "the power of the burst over that of white noise in 0–4 kHz (DTMF: the power while both tones sound), "
        "sampled at 8 kHz. Every decoder heard the same samples. "
        f"Ours {how}; the peers were told which one to expect.",
        "![Decode rate against SNR](decoder.svg)",
        "Peers, from Debian's packages: spandsp (`adsi_rx` of libspandsp), minimodem (`--rx callerid`, which looks at "
        "no checksum), multimon-ng (`CLIPFSK` and `DTMF`). "
        f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}.",
    ]
    return "\n\n".join(report.filled(p) for p in paragraphs)


def speed(seed: int, listeners: tuple[str, ...]) -> list[report.Sheet]:
    """Real-time factors, state, instructions a sample."""
    factors = cost.real_time(seed, listeners)
    state = {OURS: f"{ours.state_bytes()} bytes at 8 kHz, {ours.state_bytes(16000)} at 16 kHz"}
    times = report.Sheet(
        "Speed and state",
        "× real time on one stream of Bell 202 bursts at 25 dB, on one core of a machine that was doing other "
        "things too; the peers' figures hold starting the program and resampling for it, ours every standard "
        "at once, in blocks of 10 ms, from Python.",
        ["", "× real time", "state"],
        [[name, f"{factor:.0f}", state.get(name, "not measured")] for name, factor in factors.items()],
    )
    counts = report.Sheet(
        "Instructions a sample",
        "Our decoder at 8 kHz, -O2. x86-64: callgrind's count, the difference between two lengths of the same audio. "
        "rv32imc: the native module in MicroPython's firmware for QEMU's RISC-V machine, counted by QEMU over the last "
        "four fifths of the audio; alone, and with the Python that calls it every 10 ms.",
        ["audio", "x86-64", "rv32imc", "rv32imc with Python"],
        [[i.audio, *(f"{n:.0f}" for n in (i.x86_64, i.rv32imc, i.called))] for i in cost.instructions(seed)],
    )
    closing = report.Sheet(
        "Work at a message's end",
        "Most instructions (x86-64, as above) that our decoder spends from 10 ms before the end of a checksum's stop "
        "bit to 30 ms after it, every standard listened for, and how many are more than the average of the burst.",
        ["", "instructions", "more than average"],
        [
            [f"{report.TITLES[s]}, {snr:.0f} dB", f"{most:.0f}", f"{more:.0f}"]
            for s, snr, most, more in cost.closing(seed)
        ],
    )
    return [times, counts, closing]


def recorded(listeners: tuple[str, ...]) -> report.Sheet:
    """Recordings of real lines."""
    found = recordings.run(listeners)
    note = "Recordings of real lines and line simulators whose content is known."
    if not found:
        note = "No recordings were at hand: name a folder with RINGWARDEN_RECORDINGS."
    rows = [[r.name, report.TITLES[r.standard], *(r.answers.get(n, "") for n in listeners)] for r in found]
    return report.Sheet("Recordings", note, ["", "standard", *listeners], rows)


def false(seed: int, seconds: int, listeners: tuple[str, ...]) -> report.Sheet:
    """A minute or two of what is not caller-ID, for everyone. (Hours of it for ours: make bench-decoder-falsing.)"""
    note = f"Messages or numbers heard in {seconds} s of each; peers listened for Bell 202, V.23 and DTMF in turn."
    return report.Sheet("False messages", note, ["", *listeners], falsing.everyone(seed, seconds, listeners))


def wrong(benches: dict[str, Bench]) -> report.Sheet:
    """What our decoder handed over though nobody sent it: five examples a condition, for whoever mends it."""
    result = report.Sheet(
        "Our wrong messages", "Number, name, date, bytes as handed over.", ["condition", "SNR", "message"]
    )
    for bench in benches.values():
        for condition, tallies in bench.results.items():
            if OURS in tallies:
                examples = tallies[OURS].wrong_examples
                result.rows += [[condition.name, f"{condition.snr:g}", text] for text in examples]
    return result


def keep(path: Path, seed: int, benches: dict[str, Bench]) -> None:
    """All counts, as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for bench in benches.values():
            for condition, tallies in bench.results.items():
                for name, t in tallies.items():
                    entry = {**vars(condition), "seed": seed, "decoder": name, "sent": t.sent, "decoded": t.decoded}
                    entry |= {"wrong": t.wrong, "repeated": t.repeated, "condition": condition.name}
                    file.write(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n")
