# SPDX-License-Identifier: Apache-2.0
"""The same line sampled at 8 and at 16 kHz gives the same messages."""

import impairments as line
import numpy as np
import pytest
import soxr

from ringwarden import native

ROWS = {
    "clean": (60, {}),
    "12 dB": (12, {}),
    "-40 dBm0": (25, {"level": -40.0}),
    "twist +8 dB": (25, {"twist": 8.0}),
    "twist -8 dB": (25, {"twist": -8.0}),
    "+1 %, -1 % baud": (25, {"frequency_error": 0.01, "baud_error": -0.01}),
    "1.4 stop bits": (25, {"stop_bits": 1.4}),
    "no seizure": (25, {"seizure": 0, "marks": 80}),
}


def hear(wave, rate):
    decoder = native.CidDecoder(rate)
    return decoder.feed(line.to_int16(wave)) + decoder.flush()


def compare(wave):
    """The events of the wave at 16 kHz, after comparing them with those of its 8 kHz version."""
    fine, coarse = hear(wave, 16000), hear(soxr.resample(wave, 16000, 8000, "VHQ"), 8000)
    facts = [[(e.kind, e.standard, e.data, e.checksum_ok) for e in found] for found in (fine, coarse)]
    assert facts[0] == facts[1]
    for a, b in zip(fine, coarse, strict=True):
        assert abs(a.start / 2 - b.start) < 80
        assert abs(a.end / 2 - b.end) < 80
        if a.kind == "message":
            assert abs(a.level_ddb - b.level_ddb) <= 10
    return fine


@pytest.mark.parametrize("standard", ["bell202", "v23"])
@pytest.mark.parametrize("row", ROWS)
def test_fsk(row, standard):
    snr, options = ROWS[row]
    rng = np.random.default_rng(list(ROWS).index(row))
    for _ in range(3):
        message = line.mdmf((1, "03150941"), (2, "".join(rng.choice(list("0123456789"), 10))), (7, "Ann"))
        burst = line.fsk(message, standard, rate=16000, phase=rng.uniform(0, 6.28), **options)
        wave = line.padded(burst, rng.uniform(0.1, 0.12), 0.12, 16000)
        found = compare(line.noise(wave, snr, np.mean(burst**2), rng, 16000))
        assert [e.data for e in found if e.kind == "message"] == [message]


def test_ntt():
    frame = line.ntt_frame((2, "0312345678"), (0x21, b"\x02"))
    found = compare(line.padded(line.fsk(frame, "v23", rate=16000, seizure=0, marks=90), rate=16000))
    assert [e.standard for e in found if e.kind == "message"] == ["ntt"]


@pytest.mark.parametrize("snr", [4, 25])
def test_keys_and_alert(snr):
    rng = np.random.default_rng(snr)
    keys = "A" + "".join(rng.choice(list("0123456789"), 10)) + "C"
    dialled = line.dtmf(keys, 16000, tone_ms=50.0, pause_ms=50.0)
    wave = np.concatenate([line.padded(line.tones((2130.0, 2750.0), 0.09, -10.0, 16000), rate=16000), dialled])
    wave = line.padded(wave, 0.1, 0.4, 16000)
    found = compare(line.noise(wave, snr, np.mean(dialled[dialled != 0] ** 2), rng, 16000))
    assert [e.kind for e in found] == ["tone_alert", "carrier", "message"]
    assert found[2].data.decode() == keys
