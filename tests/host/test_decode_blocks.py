# SPDX-License-Identifier: Apache-2.0
"""The decoder's answer depends on the samples alone, not on how the stream is cut into blocks."""

import impairments as line
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ringwarden import native


def scene():
    """A call under each standard, an alerting signal, noise; about 3 s."""
    rng = np.random.default_rng(2)
    message = line.mdmf((1, "03150941"), (2, "5551234567"))
    broken = message[:-1] + b"\x00"
    parts = [
        line.fsk(message, "bell202", seizure=60, marks=60, stop_bits=1.4),
        line.tones((2130.0, 2750.0), 0.09),
        line.fsk(broken, "v23", seizure=60, marks=60),
        line.dtmf("A12345C", tone_ms=45.0, pause_ms=45.0),
    ]
    wave = np.concatenate([line.padded(part, 0.05, 0.12) for part in parts])
    return line.to_int16(wave + rng.normal(0, 0.003, len(wave)))


SCENE = scene()


def record(event):
    return tuple(getattr(event, name) for name in event.__slots__)


def events(cuts, rate=8000):
    decoder = native.CidDecoder(rate, report_bad=True)
    found = []
    for block in np.split(SCENE, cuts):
        found += decoder.feed(np.ascontiguousarray(block))
    return [record(e) for e in found + decoder.flush()]


WHOLE = {rate: events([], rate) for rate in (8000, 16000)}


def test_scene_is_heard():
    kinds = [(e[2], e[3], e[4]) for e in WHOLE[8000]]
    assert ("message", "bell202", True) in kinds
    assert ("message", "v23", False) in kinds
    assert ("message", "dtmf", True) in kinds
    assert any(kind == "tone_alert" for kind, _, _ in kinds)


@given(st.lists(st.integers(0, len(SCENE)), max_size=60), st.sampled_from([8000, 16000]))
def test_any_cut(cuts, rate):
    assert events(sorted(cuts), rate) == WHOLE[rate]


@given(st.integers(1, 400))
def test_even_blocks(size):
    assert events(range(size, len(SCENE), size)) == WHOLE[8000]


def test_reset_forgets():
    decoder = native.CidDecoder(report_bad=True)
    first = [record(e) for e in decoder.feed(SCENE) + decoder.flush()]
    decoder.reset()
    assert [record(e) for e in decoder.feed(SCENE) + decoder.flush()] == first
