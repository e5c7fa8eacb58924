# SPDX-License-Identifier: Apache-2.0
"""What decoding costs: real-time factor, instructions a sample, state."""

import re
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.decoder import ours, peers, sounds
from bench.decoder.channel import to_int16, white
from bench.decoder.condition import Batch, Condition, generator, render
from bench.decoder.waveform import power_of
from bench.rv32 import decoder as rv32

ROOT = Path(__file__).resolve().parents[2]
DRIVER = ROOT / "build/bench/ours_rx"
LISTEN = 15  # every standard


@dataclass(frozen=True)
class Instructions:
    """Instructions a sample on one kind of audio; `called`: rv32imc with the Python that calls the decoder on a box."""

    audio: str
    x86_64: float
    rv32imc: float
    called: float


def _counted(samples: NDArray[np.int16], standards: int, rate: int) -> int:
    """Instructions of one run of the driver, by callgrind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "audio.raw")
        samples.tofile(path)
        command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", str(DRIVER)]
        command += [str(rate), str(standards), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1800)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or collected is None:
        raise peers.PeerError(f"valgrind did not count: {done.stderr[-300:]}")
    return int(collected.group(1))


def per_sample(samples: NDArray[np.int16], standards: int = LISTEN, rate: int = 8000) -> float:
    """Instructions of all of it less those of its first fifth, by the samples between."""
    short = len(samples) // 5
    return (_counted(samples, standards, rate) - _counted(samples[:short], standards, rate)) / (len(samples) - short)


def bursts_only(batch: Batch, condition: Condition) -> NDArray[np.int16]:
    """The bursts of a batch without the line between them but for 20 ms, so that an average is one over bursts."""
    quiet = int(0.02 * batch.rate)
    parts = []
    for end, sent in zip(batch.ends, batch.sent, strict=True):
        bits = condition.seizure + condition.marks + 10 * len(sent.data)
        length = int(bits / 1200.0 * batch.rate)
        parts.append(batch.samples[max(int(end) - length - quiet, 0) : int(end) + quiet])
    return np.concatenate(parts)


def _audios(seed: int) -> list[tuple[str, NDArray[np.int16], int]]:
    """Kinds of audio, about 10 s each, and what the decoder listens for."""
    audios = []
    for standard, bit in (("bell202", 1), ("v23", 2)):
        for snr in (25.0, 3.0):
            condition = Condition("cost", standard, snr=snr)
            audio = bursts_only(render(condition, 12, seed), condition)
            audios.append((f"{standard} bursts, {snr:.0f} dB, all standards at once", audio, LISTEN))
            if snr == 25.0:
                audios.append((f"{standard} bursts, {snr:.0f} dB, told the standard", audio, bit))
    rng = generator(seed, "cost")
    audios.append(("talk", to_int16(sounds.talk(10.0, rng)), LISTEN))
    audios.append(("line noise at −50 dBm0", to_int16(white(80000, power_of(-50.0), rng)), LISTEN))
    return audios


def instructions(seed: int) -> list[Instructions]:
    """Counts with -O2: on x86-64 by callgrind, on rv32imc as a native module in MicroPython by QEMU."""
    audios = _audios(seed)
    outcomes = rv32.heard([rv32.Piece(audio, standards=standards) for _, audio, standards in audios])
    return [
        Instructions(name, per_sample(audio, standards), outcome.alone, outcome.called)
        for (name, audio, standards), outcome in zip(audios, outcomes, strict=True)
    ]


def closing(seed: int, count: int = 3) -> list[tuple[str, float, int, float]]:
    """Standard, SNR, most instructions around the end of one of `count` messages, and how many more than average."""
    found = []
    for standard, snr in (("bell202", 25.0), ("bell202", 3.0), ("v23", 25.0), ("v23", 3.0)):
        most, more = 0, 0.0
        for index in range(count):
            batch = render(Condition("closing", standard, snr=snr), 1, seed * 100 + index)
            first, last = int(batch.ends[0]) - 80, int(batch.ends[0]) + 240
            half = first // 2
            whole, cut, early = (_counted(batch.samples[:n], LISTEN, 8000) for n in (last, first, half))
            most = max(most, whole - cut)
            more = max(more, (whole - cut) - (cut - early) / (first - half) * (last - first))
        found.append((standard, snr, most, more))
    return found


def real_time(seed: int, listeners: tuple[str, ...], standard: str = "bell202", count: int = 60) -> dict[str, float]:
    """Seconds of audio decoded in a second, on one stream of bursts at 25 dB; the best of three runs."""
    batch = render(Condition("speed", standard), count, seed)
    seconds = len(batch.samples) / batch.rate
    factors: dict[str, float] = {}
    for name in listeners:
        best = float("inf")
        for _ in range(3):
            began = time.perf_counter()
            if name in peers.NAMES:
                peers.decode(name, batch.samples, batch.rate, standard)
            else:
                ours.decode(batch.samples, batch.rate, LISTEN)
            best = min(best, time.perf_counter() - began)
        factors[name] = seconds / best
    return factors
