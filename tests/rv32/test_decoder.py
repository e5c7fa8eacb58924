# SPDX-License-Identifier: Apache-2.0
"""The decoder on a 32-bit machine: every field of every event as on this computer, within a box's budget."""

import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from bench.decoder import cost, ours, peers, table
from bench.decoder.condition import Condition, render
from bench.rv32 import decoder
from bench.rv32.decoder import Piece

MOST_INSTRUCTIONS = 1500  # a sample, over a burst
MOST_STATE = 32768  # bytes

WEAK = {"bell202": 3.0, "v23": 3.0, "ntt": 5.0, "dtmf": 3.0}
CLEAN = [table.curve(standard) for standard in WEAK]
CONDITIONS = [
    *CLEAN,
    *(replace(condition, snr=WEAK[condition.standard]) for condition in CLEAN),
    Condition("hopeless", "bell202", snr=-4.0),
    Condition("fast line", "v23", rate=16000, snr=8.0),
    Condition("poor pace", "bell202", stop=(1.0, 1.5), stuffing=3, snr=12.0),
    Condition("call waiting", "bell202", before="alert", marks=80, seizure=0),
    Condition("off frequency, twisted", "v23", twist=6.0, frequency=0.01, baud=-0.01, codec="A-law"),
    Condition("short message", "bell202", kind="sdmf", echoes=((1.0, 12.0),)),
]


def agrees(pieces, outcomes):
    """Whether the machine heard in each piece what this computer hears; an assertion says where it did not."""
    for piece, outcome in zip(pieces, outcomes, strict=True):
        assert outcome.events == decoder.expected(piece)
    return True


def test_recordings(recordings):
    pieces = []
    calls = json.loads((recordings / "EXPECTED.json").read_text())
    assert calls
    for name in sorted(calls):
        audio, rate = soundfile.read(recordings / name, dtype="int16", always_2d=True)
        samples = peers.resampled(np.ascontiguousarray(audio[:, 0]), rate, 8000)
        pieces.append(Piece(samples, counted=False))
    outcomes = decoder.heard(pieces)
    assert agrees(pieces, outcomes)
    for name, outcome in zip(sorted(calls), outcomes, strict=True):
        numbers = [call["number"].encode().hex() for call in calls[name]["calls"]]
        heard = [event for event in outcome.events if " message " in event]
        assert len(heard) == len(numbers) and all(n in text for n, text in zip(numbers, heard, strict=True)), name


def test_generated_bursts():
    """Strong, weak, hopeless and odd ones; bad messages are asked for as well."""
    batches = [render(condition, 2, 7) for condition in CONDITIONS]
    pieces = [Piece(batch.samples, batch.rate, bad=True, counted=False) for batch in batches]
    outcomes = decoder.heard(pieces)
    assert agrees(pieces, outcomes)
    for batch in batches[: len(CLEAN)]:
        assert [heard.number for heard in ours.decode(batch.samples)] == [sent.number for sent in batch.sent]


@pytest.mark.parametrize("rate", [8000, 16000])
def test_budget(rate):
    """Over bursts, with every standard listened for, called as the application calls it."""
    conditions = [
        Condition("cost", standard, snr=snr, rate=rate) for standard in ("bell202", "v23") for snr in (25.0, 3.0)
    ]
    pieces = [Piece(cost.bursts_only(render(condition, 3, 1), condition), rate) for condition in conditions]
    for condition, outcome in zip(conditions, decoder.heard(pieces), strict=True):
        assert sum(" message " in event for event in outcome.events) >= 2, condition
        assert 500 < outcome.alone < outcome.called <= MOST_INSTRUCTIONS, condition
        assert 8192 < outcome.state <= MOST_STATE
