# SPDX-License-Identifier: Apache-2.0
"""A user's recording as the line: real recordings are heard by the box, and files that are none are told."""

import json

import numpy as np
import pytest
import soundfile
import soxr
from simulator_kit import demodulate, play

from ringwarden.native import CidDecoder, parse_message
from ringwarden_simulator import fsk, message, signals
from ringwarden_tools.errors import UserError
from ringwarden_tools.simulation.recording import RATE, WINDOW_S, call_from_audio


def test_the_box_hears_the_caller_of_every_recording(recordings):
    expected = json.loads((recordings / "EXPECTED.json").read_text())
    assert len(expected) >= 5
    for name, wanted in expected.items():
        heard = play(call_from_audio(recordings / name), lambda line, block: line.wire_phone(False))
        decoder = CidDecoder()
        events = [event for block in heard.blocks for event in decoder.feed(block.samples)]
        messages = [parse_message(event.standard, event.data) for event in events if event.kind == "message"]
        assert [m.number for m in messages] == [call["number"] for call in wanted["calls"]], name
        first, second = heard.times("ring_on")[:2]
        assert second - first == pytest.approx(5.0, abs=0.1), name


@pytest.mark.parametrize(
    ("rate", "channels", "suffix"), [(8000, 1, "wav"), (44100, 2, "flac"), (48000, 3, "wav"), (11025, 1, "au")]
)
def test_any_rate_and_channel_count(tmp_path, rate, channels, suffix):
    """A burst of the exchange's own, 6 s into a recording of 12 s with a loud ring before it, made at 8 kHz."""
    data = message.mdmf("03051900", "13800138021")
    burst = fsk.modulate(data, "bell202", -15.0)
    ring = signals.ring_residue(2.0, -3.0)
    line = np.concatenate([ring, np.zeros(4 * RATE), burst, np.zeros(5 * RATE)])
    samples = soxr.resample(line / 32768.0, RATE, rate)
    path = tmp_path / f"call.{suffix}"
    soundfile.write(path, np.repeat(samples[:, None], channels, axis=1), rate)
    (call,) = call_from_audio(path).calls
    assert call.audio.dtype == np.int16 and len(call.audio) == WINDOW_S * RATE
    assert demodulate(call.audio.astype(float), "bell202") == data


def test_a_short_recording_is_taken_whole(tmp_path):
    sound = np.arange(-4000, 4000, dtype=np.int16)
    soundfile.write(tmp_path / "short.wav", sound, RATE, subtype="PCM_16")
    assert np.array_equal(call_from_audio(tmp_path / "short.wav").calls[0].audio, sound)


def test_the_same_recording_gives_the_same_scenario(recordings):
    first, again = (call_from_audio(recordings / "CID-3.wav") for _ in range(2))
    assert first.epoch == again.epoch and np.array_equal(first.calls[0].audio, again.calls[0].audio)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("absent.wav", None, "there is no such file"),
        ("text.wav", b"this is not a sound", "is not a sound file"),
        ("empty.wav", b"", "is not a sound file"),
        ("cut.wav", b"RIFF\x24\x00\x00\x00WAVEfmt ", "is not a sound file"),
    ],
)
def test_files_that_are_no_recordings(tmp_path, name, content, told):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=told) as caught:
        call_from_audio(path)
    assert name in caught.value.message


@pytest.mark.parametrize(("samples", "told"), [(0, "holds no samples"), (8000, "nothing but silence")])
def test_recordings_of_nothing(tmp_path, samples, told):
    soundfile.write(tmp_path / "quiet.wav", np.zeros(samples, dtype=np.int16), RATE)
    with pytest.raises(UserError, match=told):
        call_from_audio(tmp_path / "quiet.wav")


def test_a_folder_is_no_recording(tmp_path):
    with pytest.raises(UserError):
        call_from_audio(tmp_path)
