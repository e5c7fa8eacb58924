# SPDX-License-Identifier: Apache-2.0
"""Who decoded what: messages in, counts out, and the SNR at which half, or 99 in 100, are decoded."""

import math
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from bench.decoder import ours, peers
from bench.decoder.condition import Batch, Condition, render
from bench.decoder.messages import Sent
from bench.decoder.ours import Heard

OURS = "ringwarden"
CHUNK = 50  # messages a stream: short enough to spread over the processors


@dataclass
class Tally:
    """Counts of one decoder in one condition. wrong: messages handed over as good that nobody sent."""

    sent: int = 0
    decoded: int = 0
    wrong: int = 0
    repeated: int = 0
    seconds: float = 0.0  # of audio
    delays: list[float] = field(default_factory=list)  # ms from the end of the message to its delivery
    wrong_examples: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another part of the same."""
        self.sent += other.sent
        self.decoded += other.decoded
        self.wrong += other.wrong
        self.repeated += other.repeated
        self.seconds += other.seconds
        self.delays += other.delays
        self.wrong_examples = (self.wrong_examples + other.wrong_examples)[:5]

    @property
    def rate(self) -> float:
        """Share decoded."""
        return self.decoded / self.sent if self.sent else math.nan


def same(sent: Sent, heard: Heard, standard: str) -> bool:
    """Whether this is what was sent: by its bytes where the decoder shows them, else by every field that it reports."""
    if heard.data is not None and standard in ("bell202", "v23"):
        return heard.data == sent.data
    if heard.number != sent.number:
        return False
    shown = ((heard.name, sent.name), (heard.datetime, sent.datetime))
    return all(theirs is None or theirs.strip() == right for theirs, right in shown)


def tally(batch: Batch, heard: list[Heard]) -> Tally:
    """Match what was heard with what was sent."""
    result = Tally(sent=len(batch.sent), seconds=len(batch.samples) / batch.rate)
    by_number: dict[str, list[int]] = {}
    for index, sent in enumerate(batch.sent):
        by_number.setdefault(sent.number, []).append(index)
    found: Counter[int] = Counter()
    for message in heard:
        candidates = by_number.get(message.number or "", [])
        index = next((i for i in candidates if same(batch.sent[i], message, batch.standard)), -1)
        if index < 0:
            result.wrong += 1
            result.wrong_examples.append(repr((message.number, message.name, message.datetime, message.data)))
            continue
        found[index] += 1
        if message.at >= 0 and found[index] == 1:
            result.delays.append((message.at - batch.ends[index]) * 1000.0 / batch.rate)
    result.decoded = len(found)
    result.repeated = sum(found.values()) - len(found)
    result.wrong_examples = result.wrong_examples[:5]
    return result


@dataclass(frozen=True)
class Job:
    """One stream and who listens to it."""

    condition: Condition
    count: int
    seed: int
    listeners: tuple[str, ...]
    standards: int  # what our decoder listens for


def listen(job: Job) -> dict[str, Tally]:
    """Render a stream and let everyone hear it."""
    batch = render(job.condition, job.count, job.seed)
    result: dict[str, Tally] = {}
    for name in job.listeners:
        if (name, batch.standard) in peers.SKIPS:
            continue
        if name == OURS:
            # Digits without start and end are reported as doubtful; they count in the one row that sends them.
            heard = ours.decode(batch.samples, batch.rate, job.standards, bare_digits=job.condition.kind == "dtmf ")
        else:
            heard = peers.decode(name, batch.samples, batch.rate, batch.standard)
        result[name] = tally(batch, heard)
    return result


class Bench:
    """Runs conditions over the processors and keeps everything that was counted."""

    def __init__(self, seed: int, workers: int, listeners: tuple[str, ...], standards: int) -> None:
        self.seed = seed
        self.listeners = listeners
        self.standards = standards
        self.results: dict[Condition, dict[str, Tally]] = {}
        self._pool = ProcessPoolExecutor(workers)

    def run(self, conditions: Iterable[Condition], count: int) -> None:
        """`count` more messages in each condition."""
        jobs: list[Job] = []
        for condition in conditions:
            before = self.results.get(condition, {}).get(OURS, Tally()).sent
            for start in range(0, count, CHUNK):
                size = min(CHUNK, count - start)
                jobs.append(Job(condition, size, self.seed * 1000003 + before + start, self.listeners, self.standards))
        for job, tallies in zip(jobs, self._pool.map(listen, jobs), strict=True):
            of_condition = self.results.setdefault(job.condition, {})
            for name, part in tallies.items():
                of_condition.setdefault(name, Tally()).add(part)

    def curve(self, base: Condition, name: str) -> list[tuple[float, Tally]]:
        """SNR and counts of one decoder in a condition of which only the SNR varies."""
        points = [
            (condition.snr, tallies[name])
            for condition, tallies in self.results.items()
            if name in tallies and replace(condition, snr=base.snr) == base
        ]
        return sorted(points, key=lambda point: point[0])

    def close(self) -> None:
        """End the workers."""
        self._pool.shutdown()


def monotone(points: list[tuple[float, Tally]]) -> list[tuple[float, float]]:
    """Decode rates that never fall as the SNR rises: neighbours that contradict it are pooled by their counts."""
    blocks: list[list[float]] = []  # decoded, sent, points in the block
    for _, t in points:
        blocks.append([float(t.decoded), float(t.sent), 1.0])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] > blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    rates: list[float] = []
    for decoded, sent, size in blocks:
        rates += [decoded / sent] * int(size)
    return [(snr, rate) for (snr, _), rate in zip(points, rates, strict=True)]


def threshold(points: list[tuple[float, Tally]], share: float) -> float:
    """SNR at which `share` is decoded, between measured points on a scale of log odds; nan when not reached."""
    sent = {snr: t.sent for snr, t in points}

    def scale(snr: float, rate: float) -> float:
        edge = 0.5 / max(sent[snr], 1)
        bounded = min(max(rate, edge), 1.0 - edge)
        return math.log(bounded / (1.0 - bounded))

    goal = math.log(share / (1.0 - share))
    curve = monotone(points)
    for (low, below), (high, above) in zip(curve, curve[1:], strict=False):
        if below < share <= above:
            y0, y1 = scale(low, below), scale(high, above)
            return low + (high - low) * min(max((goal - y0) / (y1 - y0), 0.0), 1.0) if y1 > y0 else high
    return math.nan


def spread(points: list[tuple[float, Tally]], share: float, runs: int = 200) -> tuple[float, float]:
    """Between what SNRs `threshold` lies in 95 % of runs with the decode rates that were found; inf: not reached."""
    rng = np.random.default_rng(1)
    rates = [rate for _, rate in monotone(points)]
    found = []
    for _ in range(runs):
        drawn = [
            (snr, Tally(t.sent, int(rng.binomial(t.sent, min(rate, 1.0 - 0.3 / t.sent)))))
            for (snr, t), rate in zip(points, rates, strict=True)
        ]
        found.append(threshold(drawn, share))
    ordered = sorted(math.inf if math.isnan(value) else value for value in found)
    return float(ordered[int(0.025 * runs)]), float(ordered[int(0.975 * runs)])
