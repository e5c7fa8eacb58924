# SPDX-License-Identifier: Apache-2.0
"""The exchange's sounds: levels, frequencies, and messages that an independent demodulator reads back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator_kit import RATE, demodulate, keys

from ringwarden_simulator import fsk, message, signals, speech

RNG = np.random.default_rng(1)


@pytest.mark.parametrize(
    ("sound", "dbm0", "tolerance"),
    [
        (signals.tone(1000, 1.0, -10.0), -10.0, 0.1),
        (signals.two_tones(697, 1209, 1.0, -9.0, 4.0), -9.0, 0.1),
        (signals.tone_alert(-20.0, 1.0), -20.0, 0.1),
        (signals.noise(80_000, -40.0, RNG), -40.0, 0.1),
        (signals.hum(12_345, 80_000, -30.0, 50.0), -30.0, 0.1),
        (signals.ring_residue(1.0, -12.0), -12.0, 0.3),
        (speech.speech(2.0, -20.0, RNG), -20.0, 0.1),
        (fsk.modulate(b"\x80\x04abcd", "bell202", -15.0), -15.0, 0.1),
        (fsk.modulate(b"", "v23", -15.0, mark=0, twist_db=6.0), -15.0, 0.1),
    ],
)
def test_level(sound, dbm0, tolerance):
    assert signals.level(sound) == pytest.approx(dbm0, abs=tolerance)


def test_full_scale_sine_is_the_overload_point():
    assert signals.amplitude(3.14) == pytest.approx(32767.0)


@pytest.mark.parametrize("standard", ["bell202", "v23"])
@pytest.mark.parametrize("stop_bits", [1.0, 1.4, 2.0, 9.0])
@pytest.mark.parametrize("twist_db", [-6.0, 0.0, 6.0])
def test_fsk_is_read_back(standard, stop_bits, twist_db):
    data = message.mdmf("03051902", "13800138021", name=b"Wang Fang")
    burst = fsk.modulate(data, standard, -15.0, stop_bits=stop_bits, twist_db=twist_db)
    padded = np.concatenate([np.zeros(100), burst, np.zeros(400)])
    assert demodulate(padded, standard) == data


def test_fsk_lasts_as_long_as_its_bits():
    burst = fsk.modulate(b"x" * 10, "bell202", -15.0, stop_bits=1.4)
    bits = fsk.SEIZURE_BITS + fsk.MARK_BITS + 10 * (9 + 1.4) + fsk.MARK_OUT_BITS
    assert len(burst) == pytest.approx(bits * RATE / 1200, abs=1)


def test_fsk_phase_is_continuous():
    burst = fsk.modulate(bytes(range(40)), "bell202", -15.0)
    steepest = signals.amplitude(-15.0) * 2 * np.pi * 2200 / RATE
    assert np.max(np.abs(np.diff(burst))) <= steepest


def test_dtmf_is_read_back():
    assert keys(signals.dtmf("D13900139021C", -15.0)) == "D13900139021C"
    assert keys(signals.dtmf("A1B2C3D4*5#6", -15.0)) == "A1B2C3D4*5#6"


def test_tone_alert_has_its_two_frequencies():
    spectrum = np.abs(np.fft.rfft(signals.tone_alert(-15.0, 0.1)))
    strongest = sorted(int(i) * 10 for i in np.argsort(spectrum)[-2:])
    assert strongest == [2130, 2750]


def test_hum_runs_through_from_block_to_block():
    whole = signals.hum(1000, 800, -20.0, 50.0)
    parts = np.concatenate([signals.hum(1000 + i, 80, -20.0, 50.0) for i in range(0, 800, 80)])
    assert np.allclose(whole, parts)


# -- messages ---------------------------------------------------------------------------------------------------------


def test_sdmf_of_the_standard():
    """The worked example that GR-30's SDMF is usually explained with."""
    wanted = bytes.fromhex("04 12 30 39 33 30 31 32 32 34 36 30 39 35 35 35 31 32 31 32 51")
    assert message.sdmf("09301224", "6095551212") == wanted


@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ({"number": "120"}, b"\x01\x0803051902\x02\x03120"),
        ({"number": "", "absence": "P"}, b"\x01\x0803051902\x04\x01P"),
        ({"number": "", "absence": "O", "name_absence": "O"}, b"\x01\x0803051902\x04\x01O\x08\x01O"),
        ({"number": "1", "name": b"\x1b[2J"}, b"\x01\x0803051902\x02\x011\x07\x04\x1b[2J"),
        ({"number": ""}, b"\x01\x0803051902"),
    ],
)
def test_mdmf(arguments, body):
    frame = message.mdmf("03051902", **arguments)
    assert frame[:2] == bytes([0x80, len(body)])
    assert frame[2:-1] == body


@given(st.binary(max_size=255))
def test_every_sealed_message_sums_to_zero_and_a_spoiled_one_does_not(body):
    frame = message.sealed(0x80, body)
    assert sum(frame) % 256 == 0
    assert sum(message.spoiled(frame)) % 256 != 0


def test_a_body_of_256_bytes_is_refused():
    with pytest.raises(ValueError, match="255"):
        message.sealed(0x80, bytes(256))


@pytest.mark.parametrize(
    ("number", "absence", "wanted"),
    [("13900139021", "", "D13900139021C"), ("+4930", "", "D4930C"), ("", "P", "B10C"), ("", "O", "B00C")],
)
def test_dtmf_keys(number, absence, wanted):
    assert message.dtmf_keys(number, absence) == wanted
