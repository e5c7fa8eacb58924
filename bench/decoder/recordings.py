# SPDX-License-Identifier: Apache-2.0
"""Recordings of real lines, and what they are known to say: a folder with EXPECTED.json and the files it names."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from bench.decoder import ours, peers
from bench.decoder.measure import OURS
from bench.decoder.ours import Heard

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("RINGWARDEN_RECORDINGS", ROOT.parent / "shared/data/recordings"))


@dataclass
class Row:
    """One recording: what each decoder made of it ("decoded", "—", "wrong: …")."""

    name: str
    standard: str
    answers: dict[str, str]


def _verdict(heard: list[Heard], calls: list[dict[str, str]]) -> str:
    right = {(call["number"], call["name"], call["datetime"]) for call in calls}
    found = set()
    wrong = []
    for message in heard:
        match = next((r for r in right if message.number == r[0] and (message.name or "").strip() == r[1]), None)
        if match:
            found.add(match)
        else:
            wrong.append(message.number or "?")
    text = "decoded" if len(found) == len(right) else "—" if not found else f"{len(found)} of {len(right)}"
    return text + (f", wrong: {', '.join(wrong)}" if wrong else "")


def run(listeners: tuple[str, ...]) -> list[Row]:
    """Every recording, or none when there is no folder of them."""
    listing = FOLDER / "EXPECTED.json"
    if not listing.is_file():
        return []
    rows = []
    for name, entry in sorted(json.loads(listing.read_text()).items()):
        audio, rate = soundfile.read(FOLDER / name, dtype="int16", always_2d=True)
        samples = np.ascontiguousarray(audio[:, 0])
        at8000 = peers.resampled(samples, rate, 8000)
        answers = {}
        for listener in listeners:
            if (listener, entry["standard"]) in peers.SKIPS:
                continue
            if listener == OURS:
                heard = ours.decode(at8000, 8000)
            else:
                heard = peers.decode(listener, samples, rate, entry["standard"])
            answers[listener] = _verdict(heard, entry["calls"])
        rows.append(Row(name, entry["standard"], answers))
    return rows
