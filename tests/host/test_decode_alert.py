# SPDX-License-Identifier: Apache-2.0
"""The alerting signal, 2130 + 2750 Hz: CAS (GR-30-CORE), DT-AS (EN 300 659-1), the UK's idle-state tone alert."""

import impairments as line
import numpy as np
import pytest

from ringwarden import native

LOW, HIGH = 2130.0, 2750.0


def alert(ms=80.0, level=-15.0, twist=0.0, low_error=0.0, high_error=0.0, rate=8000):
    """`level` dBm0 is that of the stronger tone, twist is high over low in dB."""
    times = np.arange(int(ms * rate / 1000)) / rate
    low = line.amplitude(level - max(twist, 0.0)) * np.sin(2 * np.pi * LOW * (1 + low_error) * times)
    return low + line.amplitude(level + min(twist, 0.0)) * np.sin(2 * np.pi * HIGH * (1 + high_error) * times + 1)


def hear(wave, rate=8000, standards=native.AUTO):
    decoder = native.CidDecoder(rate, standards)
    return decoder.feed(line.to_int16(wave)) + decoder.flush()


def alerts(wave, rate=8000, standards=native.AUTO):
    return [e for e in hear(wave, rate, standards) if e.kind == "tone_alert"]


# name: (options of `alert`, SNR in dB)
ROWS = {
    "75 ms": ({"ms": 75.0}, 25),
    "85 ms": ({"ms": 85.0}, 25),
    "100 ms": ({"ms": 100.0}, 25),
    "88 ms": ({"ms": 88.0}, 25),
    "110 ms": ({"ms": 110.0}, 25),
    "-5 dBm0": ({"level": -5.0}, 25),
    "-40 dBm0": ({"level": -40.0}, 25),
    "twist +6 dB": ({"twist": 6.0}, 25),
    "twist -6 dB": ({"twist": -6.0}, 25),
    "+0.5 %": ({"low_error": 0.005, "high_error": 0.005}, 25),
    "-0.5 %": ({"low_error": -0.005, "high_error": -0.005}, 25),
    "apart by 1 %": ({"low_error": -0.005, "high_error": 0.005}, 25),
    "10 dB SNR": ({}, 10),
    "all of it": ({"ms": 75.0, "level": -40.0, "twist": 6.0, "low_error": 0.005, "high_error": -0.005}, 15),
    "all of it, low stronger": (
        {"ms": 75.0, "level": -40.0, "twist": -6.0, "low_error": -0.005, "high_error": 0.005},
        15,
    ),
}


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("row", ROWS)
def test_row(row, rate):
    options, snr = ROWS[row]
    rng = np.random.default_rng(list(ROWS).index(row))
    for _ in range(12):
        burst = alert(rate=rate, **options)
        before = rng.uniform(0.15, 0.2)
        wave = line.noise(line.padded(burst, before, 0.1, rate), snr, np.mean(burst**2), rng, rate)
        found = alerts(wave, rate)
        assert len(found) == 1
        assert abs(found[0].start - int(before * rate)) < 0.01 * rate
        assert abs(found[0].end - int(before * rate) - len(burst)) < 0.01 * rate


@pytest.mark.parametrize(
    "wave",
    [
        alert(ms=40.0),
        alert(ms=300.0),
        alert(twist=15.0),
        alert(low_error=0.03, high_error=0.03),
        line.tones((LOW,), 0.08),
        line.tones((HIGH,), 0.08),
        line.tones((2130.0, 2430.0), 0.08),
        line.dtmf("A0123456789C"),
    ],
    ids=["short", "long", "twist", "off", "low alone", "high alone", "another pair", "keys"],
)
def test_what_is_no_alert(wave):
    assert not alerts(line.padded(wave))


def test_uk_idle_state():
    """Line reversal, tone alert of 88 to 110 ms, silence, seizure, V.23 (BT SIN 227)."""
    rng = np.random.default_rng(227)
    message = line.mdmf((0x11, b"\x01"), (1, "03150941"), (2, "02079460123"), (7, "A CALLER"))
    for ms in (88.0, 100.0, 110.0):
        reversal = 0.5 * np.exp(-np.arange(400) / 40.0)  # what the coupling makes of a step of the line's voltage
        wave = np.concatenate(
            [
                np.zeros(400),
                reversal,
                np.zeros(800),
                alert(ms, level=-20.0),
                np.zeros(480),
                line.fsk(message, "v23", level=-20.0, seizure=96, marks=55),
                np.zeros(400),
            ]
        )
        heard = hear(wave + rng.normal(0, 0.0005, len(wave)))
        assert [e.kind for e in heard if e.kind != "carrier"] == ["tone_alert", "message"]
        assert [e.data for e in heard if e.kind == "message"] == [message]


def talk(seconds, rng, level):
    """A voice that is never silent for the whole of it."""
    while True:
        wave = line.voice(seconds, rng, level)
        if np.mean(wave[-800:] ** 2) > 0.1 * np.mean(wave**2):
            return wave


@pytest.mark.parametrize(("standard", "marks"), [("bell202", 80), ("v23", 80)])
def test_call_waiting(standard, marks):
    """A conversation, CAS over it, then FSK without seizure: both ends are muted from the alert on."""
    rng = np.random.default_rng(marks)
    for level in (-35.0, -25.0):
        for _ in range(3):
            message = line.mdmf((1, "03150941"), (2, "".join(rng.choice(list("0123456789"), 10))))
            spoken = talk(1.5, rng, level)
            over = np.zeros(4000)
            over[:640] = alert(80.0, level=-18.0)
            over[:640] += talk(0.3, rng, level - 6)[:640]
            burst = line.fsk(message, standard, level=-18.0, seizure=0, marks=marks)
            wave = np.concatenate([spoken, over[:640], np.zeros(1300), burst, talk(1.0, rng, level)])
            heard = hear(wave + rng.normal(0, 0.001, len(wave)))
            assert [(e.kind, e.data) for e in heard if e.kind != "carrier"] == [
                ("tone_alert", b""),
                ("message", message),
            ]


def test_alert_under_talk():
    """With a voice 6 dB weaker than the signal nearly all are heard, with one as strong most."""
    rng = np.random.default_rng(9)
    voices = line.voice(60, rng, -15.0)
    for weaker, least in ((12, 39), (6, 37), (0, 28)):
        heard = 0
        for _ in range(40):
            burst = line.at_level(alert(80.0), -15.0)
            at = rng.integers(0, len(voices) - 4000)
            wave = voices[at : at + 3000] * 10 ** (-weaker / 20)
            wave[1500 : 1500 + len(burst)] += burst
            found = alerts(wave, standards=native.STANDARDS["bell202"])
            heard += any(abs(e.start - 1500) < 160 for e in found)
        assert heard >= least, weaker


def test_voices_are_no_alert():
    rng = np.random.default_rng(10)
    for level in (-30, -18, -8):
        assert not alerts(line.voice(60, rng, level))
