# SPDX-License-Identifier: Apache-2.0
"""What the tests of the simulator share: a demodulator of their own, and boxes that do one simple thing."""

import numpy as np

from ringwarden_simulator.board import Board
from ringwarden_simulator.script import CallPlan, LinePlan, OutgoingPlan, Scenario

RATE = 8000
TONES = {"bell202": (1200, 2200), "v23": (1300, 2100)}


def demodulate(samples: np.ndarray, standard: str) -> bytes:
    """The bytes of the first burst: energy of either tone over a bit, resynchronised at start bits. For clean lines."""
    n = np.arange(len(samples))
    energy = []
    for hz in TONES[standard]:
        mixed = np.concatenate([[0], np.cumsum(samples * np.exp(-2j * np.pi * hz / RATE * n))])
        energy.append(np.abs(mixed[7:] - mixed[:-7]))
    mark = energy[0] > energy[1]
    strong = np.maximum(*energy) > 0.25 * np.max(np.maximum(*energy))
    return bytes(_characters(mark, strong))


def _characters(mark: np.ndarray, strong: np.ndarray) -> list[int]:
    bit = RATE / 1200
    run = np.convolve(mark & strong, np.ones(300), "valid")
    marks = np.flatnonzero(run >= 299)  # 300 samples of mark: the seizure is over
    out: list[int] = []
    at = int(marks[0]) + 250 if len(marks) else len(mark)
    while at < len(mark):
        space = np.flatnonzero(~mark[at:] & strong[at:])
        if not len(space) or (out and space[0] > 20 * bit):
            return out
        start = at + int(space[0])
        centres = [int(round(start + (i + 1.5) * bit - 3.5 + 3)) for i in range(8)]
        if centres[-1] + bit >= len(mark) or not strong[centres].all():
            return out
        out.append(sum(int(mark[c]) << i for i, c in enumerate(centres)))
        at = int(centres[-1] + bit)
    return out


def keys(samples: np.ndarray) -> str:
    """The DTMF keys in these samples, each counted once. For clean lines."""
    pairs = {
        (low, high): key
        for low, row in zip((697, 770, 852, 941), ("123A", "456B", "789C", "*0#D"), strict=True)
        for high, key in zip((1209, 1336, 1477, 1633), row, strict=True)
    }
    found, last = "", ""
    for first in range(0, len(samples) - 200, 80):
        frame = samples[first : first + 200] * np.hanning(200)
        power = {hz: abs(np.exp(-2j * np.pi * hz / RATE * np.arange(200)) @ frame) for pair in pairs for hz in pair}
        low = max((697, 770, 852, 941), key=lambda hz: power[hz])
        high = max((1209, 1336, 1477, 1633), key=lambda hz: power[hz])
        key = pairs[low, high] if min(power[low], power[high]) > 50_000 else ""
        found += key if key != last else ""
        last = key
    return found


class Heard:
    """A played scenario: `events` as (sample, event), `samples` by line time, `board` with its outcomes."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.events: list[tuple[int, str]] = []
        self.blocks: list = []

    def times(self, event: str) -> list[float]:
        """Seconds at which this happened."""
        return [at / RATE for at, name in self.events if name == event]

    def between(self, begin_s: float, end_s: float) -> np.ndarray:
        """The samples of that stretch of line time; what was skipped is missing."""
        parts = [np.array(b.samples) for b in self.blocks if begin_s <= b.at / RATE < end_s]
        return np.concatenate(parts).astype(float)


def play(scenario: Scenario, box=None) -> Heard:
    """Run to the end; `box(line, block)` may use the line's switches after each block. Without one the phone is on."""
    heard = Heard(Board(scenario))
    line = heard.board.line
    while (block := line.next_block()) is not None:
        heard.blocks.append(block)
        heard.events += [(block.at, event) for event in block.events]
        if box:
            box(line, block)
    return heard


def scenario(*plans: CallPlan | OutgoingPlan, seed: int = 7, epoch: int = 1_000_000, **line) -> Scenario:
    """These calls on a quiet line."""
    quiet = {"noise_dbm0": -70.0, "hum_dbm0": -70.0, **line}
    return Scenario(epoch=epoch, seed=seed, line=LinePlan(**quiet), happenings=plans)
