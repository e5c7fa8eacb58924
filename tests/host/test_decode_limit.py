# SPDX-License-Identifier: Apache-2.0
"""Near the physical limit, and senders that a coherent receiver finds hard."""

import impairments as line
import numpy as np
import pytest

from ringwarden import native

STANDARDS = ("bell202", "v23")


def call(rng):
    number = "".join(rng.choice(list("0123456789"), 10))
    name = "".join(rng.choice(list("ABCDEFGHIKLMNOPRSTUVWZ "), 11))
    return line.mdmf((1, f"{rng.integers(1, 13):02}{rng.integers(1, 29):02}1536"), (2, number), (7, name))


def hear(samples):
    decoder = native.CidDecoder()
    return [e for e in decoder.feed(line.to_int16(samples)) + decoder.flush() if e.kind == "message"]


def noisy(burst, snr, rng):
    return line.noise(line.padded(burst, 0.1, 0.1), snr, np.mean(burst**2), rng)


@pytest.mark.parametrize("stop_bits", [1.0, 1.4])
@pytest.mark.parametrize(("standard", "snr"), [("bell202", 3.2), ("v23", 3.1)])
def test_nearly_all_of_them(standard, snr, stop_bits):
    rng = np.random.default_rng(31)
    right = 0
    for _ in range(50):
        message = call(rng)
        burst = line.fsk(message, standard, phase=rng.uniform(0, 6.28), stop_bits=stop_bits)
        found = hear(noisy(burst, snr, rng))
        assert all(e.data == message for e in found)
        right += len(found) == 1
    assert right >= 48


@pytest.mark.parametrize("standard", STANDARDS)
def test_silent_rather_than_wrong(standard):
    rng = np.random.default_rng(32)
    for snr in (-3, -1.5, 0):
        for _ in range(25):
            message = call(rng)
            burst = line.fsk(message, standard, phase=rng.uniform(0, 6.28))
            assert all(e.data == message for e in hear(noisy(burst, snr, rng)))


def jumping(message, standard, rng, marks=180):
    """Every bit is a whole number of samples: at each edge the phase is up to 45 degrees off its course."""
    mark, space = line.TONES[standard]
    phase, done, due, parts = rng.uniform(0, 6.28), 0, 0.0, []
    for bit, length in line.fsk_bits(message, marks=marks):
        due += length * 8000 / 1200
        count = int(np.ceil(due)) - done
        turn = 2 * np.pi * (mark if bit else space) / 8000
        parts.append(np.sin(phase + turn * np.arange(1, count + 1)))
        phase += turn * count
        done += count
    return line.at_level(np.concatenate(parts), -15)


@pytest.mark.parametrize("snr", [12, 25])
@pytest.mark.parametrize("standard", STANDARDS)
def test_edges_on_whole_samples(standard, snr):
    rng = np.random.default_rng(33)
    for _ in range(10):
        message = call(rng)
        assert [e.data for e in hear(noisy(jumping(message, standard, rng), snr, rng))] == [message]


@pytest.mark.parametrize("standard", STANDARDS)
def test_edges_on_whole_samples_are_never_wrong(standard):
    rng = np.random.default_rng(34)
    for snr in (3, 5):
        for _ in range(20):
            message = call(rng)
            assert all(e.data == message for e in hear(noisy(jumping(message, standard, rng), snr, rng)))


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize(("delay_ms", "loss"), [(0.25, 3.0), (1.25, 6.0), (3.0, 8.0)])
def test_strong_echo(standard, delay_ms, loss):
    rng = np.random.default_rng(35)
    for _ in range(4):
        message = call(rng)
        burst = line.fsk(message, standard, phase=rng.uniform(0, 6.28))
        wave = line.echo(line.padded(burst, 0.1, 0.1), delay_ms, loss)
        assert [e.data for e in hear(line.noise(wave, 25, np.mean(burst**2), rng))] == [message]


@pytest.mark.parametrize("standard", STANDARDS)
def test_a_short_row_of_mark_behind_a_seizure(standard):
    """Its oldest blocks lie in the seizure and must not pass for noise, wherever the burst begins."""
    rng = np.random.default_rng(36)
    for start in range(0, 40, 4):
        message = call(rng)
        wave = line.padded(jumping(message, standard, rng, marks=80), 0.5 + start / 8000, 0.2)
        assert [e.data for e in hear(line.noise(wave, 30, np.mean(wave**2), rng))] == [message]


@pytest.mark.parametrize("standard", STANDARDS)
def test_a_damaged_length_is_not_mended_against_the_evidence(standard):
    """A length with one wrong bit, and a sum that fits it: no other byte may be bent to make the lengths add up."""
    whole = bytes.fromhex("80160207303930303036300b0b21ff3420202020202020209898")[:-1]
    sent = whole[:1] + b"\x12" + whole[2:]
    for rate in (1.0, 1.4):
        burst = line.fsk(sent, standard, stop_bits=rate)
        assert not [e for e in hear(line.padded(burst, 0.1, 0.1)) if e.checksum_ok]
