# SPDX-License-Identifier: Apache-2.0
"""DTMF caller-ID at its limits: noise, twist, frequency, short tones, strings without start or end."""

import impairments as line
import numpy as np
import pytest

from ringwarden import native

PACES = [(70.0, 70.0), (50.0, 50.0), (40.0, 40.0)]  # tone and pause, ms


def digits(rng, count=10):
    return "".join(rng.choice(list("0123456789"), count))


def hear(wave, rate=8000, standards=native.STANDARDS["dtmf"], **options):
    decoder = native.CidDecoder(rate, standards, **options)
    return [e for e in decoder.feed(line.to_int16(wave)) + decoder.flush() if e.kind == "message"]


def noisy(burst, snr, rng, rate=8000, before=0.2, after=0.35):
    """The burst in silence and noise; it begins at any place of the decoder's windows."""
    wave = line.padded(burst, before + rng.uniform(0, 0.01), after, rate)
    return line.noise(wave, snr, np.mean(burst[burst != 0] ** 2), rng, rate)


def count(keys_of, snr, strings, rng, **options):
    """How many strings come out right; none may come out wrong."""
    right = 0
    for _ in range(strings):
        keys = keys_of(rng)
        found = hear(noisy(line.dtmf(keys, **options), snr, rng))
        assert all(e.data.decode() == keys and e.checksum_ok for e in found), keys
        right += len(found) == 1
    return right


@pytest.mark.parametrize(("tone", "pause"), PACES)
def test_noise(tone, pause):
    """SNR99 is at most 1.5 dB, down to the shortest tones (EN 300 659-1 annex B sends 70 ms)."""
    rng = np.random.default_rng(int(tone))
    assert count(lambda r: "A" + digits(r) + "C", 1.5, 200, rng, tone_ms=tone, pause_ms=pause) >= 197


@pytest.mark.parametrize("snr", [-4, -2, -1, 0, 1, 3])
def test_noisy_strings_are_never_wrong(snr):
    rng = np.random.default_rng(snr + 10)
    for tone, pause in PACES:
        for start, end in ("AC", "DC", "D#", ("A", ""), ("", "C"), ("", "#")):
            count(lambda r, s=start, e=end: s + digits(r) + e, snr, 5, rng, tone_ms=tone, pause_ms=pause)


# name: what `impairments.dtmf` takes
ROWS = {
    "column 8 dB stronger": {"twist": 8.0},
    "row 8 dB stronger": {"twist": -8.0},
    "+1.8 %": {"frequency_error": 0.018},
    "-1.8 %": {"frequency_error": -0.018},
    "apart by 3.6 %": {"frequency_error": 0.018, "row_error": -0.018},
    "-40 dBm0": {"level": -40.0},
    "0 dBm0": {"level": 0.0},
    "long tones": {"tone_ms": 300.0, "pause_ms": 150.0},
    "long pauses": {"pause_ms": 200.0},
    "all, column stronger": {"twist": 8.0, "frequency_error": 0.018, "level": -40.0},
    "all, row stronger": {"twist": -8.0, "frequency_error": -0.018, "row_error": 0.018, "level": -40.0},
}


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("row", ROWS)
def test_row(row, rate):
    """At 20 dB, all standards listening, tones of 40 ms."""
    rng = np.random.default_rng(list(ROWS).index(row))
    for start, end in ("AC", "DC", "BC", "A#", "D#"):
        keys = start + digits(rng, 11) + end
        burst = line.dtmf(keys, rate, **{"tone_ms": 40.0, "pause_ms": 40.0, **ROWS[row]})
        found = hear(noisy(burst, 20, rng, rate), rate, native.AUTO)
        assert [(e.data.decode(), e.standard, e.checksum_ok) for e in found] == [(keys, "dtmf", True)]


def test_both_rates_agree():
    rng = np.random.default_rng(16)
    for snr in (3, 10, 30):
        keys = "A" + digits(rng) + "C"
        heard = [
            hear(noisy(line.dtmf(keys, rate, tone_ms=50, pause_ms=50), snr, np.random.default_rng(1), rate), rate)[0]
            for rate in (8000, 16000)
        ]
        assert heard[0].data == heard[1].data == keys.encode()
        assert abs(heard[0].start - heard[1].start / 2) < 80
        assert abs(heard[0].end - heard[1].end / 2) < 80
        assert abs(heard[0].level_ddb - heard[1].level_ddb) <= 10


def test_figures():
    rng = np.random.default_rng(20)
    for level, snr in ((-10, 6), (-20, 12), (-30, 20)):
        burst = line.dtmf("A" + digits(rng) + "C", level=level)
        found = hear(noisy(burst, snr, rng))
        assert len(found) == 1
        assert abs(found[0].level_ddb / 10 - level - 3) < 1.5  # both tones together
        assert abs(found[0].snr_ddb / 10 - snr) < 4
        assert not found[0].has_checksum


@pytest.mark.parametrize(("start", "end"), [("A", ""), ("D", ""), ("", "C"), ("", "#")])
def test_strings_without_start_or_end(start, end):
    rng = np.random.default_rng(5)
    assert count(lambda r: start + digits(r) + end, 15, 20, rng, tone_ms=60.0, pause_ms=60.0) == 20


def lost(keys, which, what, **options):
    """The string with one key replaced by `what` of the same length."""
    parts = [line.dtmf(key, **options) for key in keys]
    parts[which] = what(len(parts[which]))
    return np.concatenate(parts)


@pytest.mark.parametrize("which", range(12))
def test_a_lost_key_loses_the_string(which):
    """A key that was drowned or cut out makes another number: only what lost just its end may be reported."""
    rng = np.random.default_rng(which)
    keys = "A5550123456C"
    crackle = lambda n: line.at_level(rng.normal(0, 1, n), -5)  # noqa: E731
    for what in (crackle, np.zeros):
        for options in ({}, {"tone_ms": 40.0, "pause_ms": 40.0}):
            found = hear(line.padded(lost(keys, which, what, **options), 0.3, 0.4))
            allowed = [keys[:-1].encode()] if which == 11 else []
            # A start digit that the line never carried: the string is one that omits it.
            allowed += [keys[1:].encode()] if which == 0 and what is np.zeros else []
            assert all(e.data in allowed for e in found), (what, options)


@pytest.mark.parametrize("tone", [10.0, 15.0, 20.0])
def test_short_tones_are_refused(tone):
    rng = np.random.default_rng(20)
    for pause in (20.0, 60.0):
        assert not hear(noisy(line.dtmf("A0123456789C", tone_ms=tone, pause_ms=pause), 25, rng), report_bad=True)


@pytest.mark.parametrize("keys", ["13800138000", "0", "ABCD", "A1C", "D99#", "C5550123456#"])
def test_what_is_no_message(keys):
    """Dialling without start and end, single keys, strings that no exchange sends."""
    assert not hear(line.padded(line.dtmf(keys), after=0.5), standards=native.AUTO)


def test_hum_and_offset():
    rng = np.random.default_rng(50)
    for mains in (50, 60):
        keys = "D" + digits(rng) + "C"
        wave = line.offset(line.hum(line.padded(line.dtmf(keys, level=-20.0)), mains, 0.0), 0.1)
        assert [e.data.decode() for e in hear(wave)] == [keys]


def test_voices_dial_nothing():
    rng = np.random.default_rng(8)
    for level in (-30, -18, -8):
        assert not hear(line.voice(60, rng, level), report_bad=True)


def test_a_frame_lost_inside_a_key():
    """A telephone adapter that loses a frame of 20 ms cuts a key in two: it is still one key."""
    rng = np.random.default_rng(20)
    for place in (30, 40, 50):
        for which in range(12):
            keys = "A" + digits(rng) + "C"
            wave = line.dtmf(keys, tone_ms=100.0, pause_ms=100.0)
            at = which * 1600 + place * 8
            wave[at : at + 160] = 0
            assert [e.data.decode() for e in hear(noisy(wave, 25, rng))] == [keys]


@pytest.mark.parametrize("pace", [40.0, 70.0, 120.0])
def test_lost_frames_never_make_a_number(pace):
    rng = np.random.default_rng(int(pace))
    for _ in range(25):
        keys = "D" + digits(rng) + "C"
        wave = line.padded(line.dtmf(keys, tone_ms=pace, pause_ms=pace), after=0.4)
        for frame in range(0, len(wave) - 320, 160):
            if rng.random() < 0.04:
                wave[frame : frame + 160 * rng.integers(1, 3)] = 0
        allowed = (keys, keys[1:], keys[:-1])  # the number is right where just the start or the end is lost
        assert all(e.data.decode() in allowed for e in hear(line.noise(wave, 25, 0.02, rng)))
