# SPDX-License-Identifier: Apache-2.0
"""The signals by which the decoder is measured are what they claim to be, and the counting counts right."""

from dataclasses import replace

import numpy as np
import pytest

from bench.decoder import channel, limits, measure, messages, ours, sounds, table, waveform
from bench.decoder.condition import Condition, generator, render
from bench.decoder.measure import Tally
from bench.decoder.ours import Heard

RATE = 8000


def rng(*names):
    return generator(1, *names)


def level_of(wave):
    """dBm0 of a wave, by its power."""
    return 10 * np.log10(np.mean(wave**2) * 2) + waveform.SINE_DBM0


def density(wave, low, high, rate=RATE):
    """Share of the power between two frequencies."""
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)))) ** 2
    axis = np.fft.rfftfreq(len(wave), 1 / rate)
    return spectrum[(axis >= low) & (axis < high)].sum() / spectrum.sum()


# ---- messages ----


def test_messages_add_up():
    for kind in ("mdmf", "sdmf", "call_type", "waiting"):
        sent = messages.random_message(kind, rng(kind))
        assert sum(sent.data) % 256 == 0 and sent.data[1] == len(sent.data) - 3
        assert sent.number.encode() in sent.data
    sizes = {len(messages.random_message("mdmf", rng(i)).data) for i in range(60)}
    assert sizes == {35, 36, 37, 38, 39}


def test_ntt_frame():
    sent = messages.random_message("ntt", rng())
    assert all(byte.bit_count() % 2 == 0 for byte in sent.data[:-2])
    assert messages.crc_ntt(sent.data[2:]) == 0  # a CRC of this kind over data and CRC leaves nothing
    assert sent.number in bytes(b & 0x7F for b in sent.data).decode("latin-1")


def test_crc_ntt_check_value():
    assert messages.crc_ntt(b"123456789") == 0x2189  # CRC-16/KERMIT


# ---- FSK ----


@pytest.mark.parametrize("standard", ["bell202", "v23"])
@pytest.mark.parametrize("bit", [0, 1])
def test_tone_of_each_bit(standard, bit):
    wave = waveform.fsk(np.full(1, bit), np.array([1200.0]), standard, rng(), frequency=0.01)
    tone = waveform.MARK_SPACE[standard][1 - bit] * 1.01
    assert density(wave, tone - 3, tone + 3) > 0.999


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("baud", [0.0, 0.02])
def test_bits_fall_where_the_baud_rate_puts_them(rate, baud):
    random = rng(rate, baud)
    bits = random.integers(0, 2, 600)
    wave = waveform.fsk(bits, np.ones(600), "v23", random, rate, baud=baud)
    assert abs(len(wave) - 600 / (1200 * (1 + baud)) * rate) <= 2
    # The phase of the analytic signal, unwound, is the integral of the tones: its slope over whole stretches says
    # where the bits were, to a small part of one.
    spectrum = np.fft.fft(wave)
    spectrum[len(wave) // 2 :] = 0
    turns = np.unwrap(np.angle(np.fft.ifft(spectrum))) / (2 * np.pi)
    edges = np.arange(601) / (1200 * (1 + baud))
    ideal = np.concatenate([[0], np.cumsum(np.where(bits == 1, 1300, 2100) * np.diff(edges))])
    times = np.arange(100, len(wave) - 100) / rate
    errors = {}
    for delay in np.arange(0, 1, 0.1) / rate:
        error = turns[100:-100] - np.interp(times - delay, edges, ideal)
        errors[delay] = np.std(error)
    assert min(errors.values()) < 0.01  # turns; edges rounded to samples would make it 0.1 and more


def test_phase_is_continuous_and_starts_anywhere():
    starts = [waveform.fsk(np.ones(40, int), np.ones(40), "bell202", rng(i))[40] for i in range(30)]
    assert np.ptp(starts) > 1.5 * waveform.peak(-15)
    wave = waveform.fsk(np.resize([0, 1], 400), np.ones(400), "bell202", rng(), rate=16000)
    assert density(wave, 4500, 8000, 16000) < 1e-3  # keyed with jumps of phase it would be some percent


def test_nothing_is_folded_back():
    """White sound above half the new rate does not come through; below nine tenths of it everything does."""
    fine = rng().normal(0, 1, 64000)
    axis = np.fft.rfftfreq(len(fine), 1 / waveform.FINE_RATE)
    spectrum = np.fft.rfft(fine)
    above = waveform.decimated(np.fft.irfft(np.where(axis > 4450, spectrum, 0)), RATE)
    below = waveform.decimated(np.fft.irfft(np.where(axis < 3550, spectrum, 0)), RATE)
    assert np.mean(above[100:-100] ** 2) < 1e-6
    assert np.mean(below[100:-100] ** 2) == pytest.approx(3550 / 16000, rel=0.05)


def test_level_and_twist():
    wave = waveform.fsk(np.resize([0, 1], 1000), np.ones(1000), "bell202", rng(), level=-23.0)
    assert level_of(wave) == pytest.approx(-23.0, abs=0.1)
    bits = np.array([1, 0])
    wave = waveform.fsk(bits, np.array([600.0, 600.0]), "bell202", rng(), twist=10.0)
    mark, space = wave[50:3950], wave[4050:7950]
    assert level_of(mark) - level_of(space) == pytest.approx(10.0, abs=0.1)


def test_keying():
    bits, lengths = waveform.keying(b"\x55", rng(), seizure=30, marks=80, stop=(1.4, 1.4))
    assert list(bits[:30]) == [0, 1] * 15 and lengths[30] == 80 and bits[30] == 1
    assert list(bits[31:41]) == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1] and lengths[40] == 1.4
    _, random = waveform.keying(bytes(500), rng(), seizure=0, marks=0, stop=(1.0, 1.5), stuffing=10)
    stops = random[9:-1:10]
    assert 1.0 <= stops.min() and stops.max() <= 11.5 and 5.5 < stops.mean() < 7.0


# ---- DTMF and other sounds ----


def test_dtmf():
    wave = waveform.dtmf("5", rng(), level=-20.0, on_ms=500, off_ms=0, frequency=0.015)
    assert density(wave, 770 * 1.015 - 8, 770 * 1.015 + 8) == pytest.approx(0.5, abs=0.02)
    assert density(wave, 1336 * 1.015 - 8, 1336 * 1.015 + 8) == pytest.approx(0.5, abs=0.02)
    assert level_of(wave[100:-100]) == pytest.approx(-20.0, abs=0.1)


@pytest.mark.parametrize("maker", [sounds.noise, sounds.music, sounds.talk, sounds.modems, sounds.random_fsk])
def test_other_sounds(maker):
    wave = maker(4.0, rng(maker.__name__))
    assert len(wave) == 4 * RATE and np.isfinite(wave).all() and np.std(wave) > 0
    assert level_of(sounds.levelled(wave, -12.0)) == pytest.approx(-12.0, abs=0.01)


# ---- the line ----


def test_snr():
    """The same seed with and without noise: the difference is the noise."""
    for standard in ("bell202", "dtmf"):
        base = replace(table.curve(standard), level=-10.0)
        noisy = render(replace(base, snr=6.0), 6, 3)
        rate, before = noisy.rate, int(0.4 * noisy.rate)
        noise = float(np.mean((noisy.samples[:before] / 32768.0) ** 2))
        assert 10 * np.log10(waveform.power_of(-10.0) / noise) == pytest.approx(6.0, abs=0.3)
        if standard == "bell202":
            burst = noisy.samples[int(noisy.ends[0]) - rate // 4 : int(noisy.ends[0])] / 32768.0
            total = float(np.mean(burst**2))
            assert 10 * np.log10((total - noise) / noise) == pytest.approx(6.0, abs=0.4)


def test_same_seed_same_samples():
    condition = Condition("x", stop=(1.0, 1.5), before="talk", codec="mu-law", hum=(50.0, -20.0))
    first, again, other = (render(condition, 2, seed) for seed in (5, 5, 6))
    assert np.array_equal(first.samples, again.samples) and first.sent == again.sent
    assert first.sent != other.sent


def test_every_row_renders():
    for standard in ("bell202", "v23", "ntt", "dtmf"):
        rows = table.impairments(standard)
        assert len({row.name for row in rows}) == len(rows)
        for row in rows:
            batch = render(row, 1, 2)
            assert len(batch.sent) == len(batch.ends) == 1 and 0 < batch.ends[0] < len(batch.samples), row.name


def test_reflection_delays_by_parts_of_a_sample():
    times = np.arange(4000) / RATE
    wave = np.sin(2 * np.pi * 1000 * times) * np.hanning(4000)
    late = channel.reflected(wave, 0.3, 6.0)  # 2.4 samples
    before = times - 0.0003
    want = wave + np.sin(2 * np.pi * 1000 * before) * np.interp(before, times, np.hanning(4000)) / 2
    assert np.max(np.abs(late[500:3500] - want[500:3500])) < 0.01


def test_g711():
    wave = np.linspace(-0.999, 0.999, 4001)
    for code, levels in ((channel.mu_law, 255), (channel.a_law, 256)):
        out = code(wave)
        assert np.all(np.diff(out) >= 0) and len(np.unique(out)) <= levels + 1
        loud = np.abs(wave) > 0.05
        assert np.max(np.abs(out - wave)[loud] / np.abs(wave)[loud]) < 0.036  # half a step of a segment
        tone = 0.2 * np.sin(np.arange(20000) * 0.7)
        assert 36 < 10 * np.log10(np.mean(tone**2) / np.mean((code(tone) - tone) ** 2)) < 40


def test_clicks_and_hum():
    clicks = channel.impulses(80000, 20.0, 0.5, rng())
    assert 100 < np.sum(np.abs(clicks) > 0.25) < 700 and np.max(np.abs(clicks)) < 1.1
    hum = channel.mains(80000, 50.0, 0.0, rng())
    assert density(hum, 49, 51) > 0.95 and level_of(hum) == pytest.approx(0.1, abs=0.1)


# ---- counting ----


def test_tally():
    batch = render(Condition("x"), 4, 1)
    first, second, third, _ = batch.sent
    heard = [
        Heard(first.number, first.name, first.datetime, first.data, at=int(batch.ends[0]) + 80),
        Heard(first.number, first.name, first.datetime, first.data, at=int(batch.ends[0]) + 90),
        Heard(second.number, second.name, None),
        Heard(third.number, third.name + "X", third.datetime),
        Heard("5550123", None, None),
    ]
    result = measure.tally(batch, heard)
    assert (result.sent, result.decoded, result.wrong, result.repeated) == (4, 2, 2, 1)
    assert result.delays == [pytest.approx(10.0, abs=0.2)]


def test_threshold():
    points = [(float(snr), Tally(100, decoded)) for snr, decoded in ((0, 0), (1, 20), (2, 80), (3, 78), (4, 100))]
    assert measure.threshold(points, 0.5) == pytest.approx(1.5, abs=0.05)
    assert 3.5 < measure.threshold(points, 0.99) <= 4.0
    assert np.isnan(measure.threshold(points[:3], 0.99))


def test_spread():
    """More messages, narrower; and the threshold lies inside."""
    widths = []
    for sent in (100, 10000):
        points = [(snr, Tally(sent, round(sent / (1 + np.exp(-3 * (snr - 2)))))) for snr in np.arange(0.0, 6.0, 0.5)]
        low, high = measure.spread(points, 0.99)
        assert low <= measure.threshold(points, 0.99) <= high
        widths.append(high - low)
    assert widths[1] < widths[0] / 3


# ---- the limits ----


@pytest.mark.parametrize("standard,h", [("bell202", 5 / 6), ("v23", 2 / 3)])
def test_distances(standard, h):
    """The nearest sequences differ in two neighbouring bits: 2 (1 - sin(2 pi h)/(2 pi h)), at seven places."""
    found = dict(limits.spectrum(h))
    nearest = 2 * (1 - np.sin(2 * np.pi * h) / (2 * np.pi * h))
    assert min(found) == pytest.approx(nearest, abs=1e-5)
    assert found[min(found)] == pytest.approx(7 * 2 * 0.25)
    if standard == "v23":  # three bits that differ alike turn the phase twice round
        assert found[3.0] == pytest.approx(6 * 2 / 8)


def test_limits_rise_and_stand_in_order():
    for standard in ("bell202", "v23"):
        for rate in (limits.sequence_rate, limits.symbol_rate):
            rates = [rate(standard, snr) for snr in np.arange(-5.0, 20.0, 0.5)]
            assert all(a <= b + 1e-9 for a, b in zip(rates, rates[1:], strict=False)) and rates[-1] > 0.9999
        assert (
            limits.crossing(limits.sequence_rate, standard, 0.99)
            < limits.crossing(limits.symbol_rate, standard, 0.99) - 5
        )
    # Noncoherent detection of orthogonal tones is known in closed form: exp(-Eb/2N0)/2.
    energy = 10**0.5 * limits.BANDWIDTH_PER_BAUD
    limits.INDEX["orthogonal"] = 1.0
    try:
        assert limits.symbol_rate("orthogonal", 5.0, 1) == pytest.approx((1 - np.exp(-energy / 2) / 2) ** 10, rel=1e-6)
    finally:
        del limits.INDEX["orthogonal"]


# ---- our own decoder behind it ----


def test_ours_hears_what_was_sent():
    for standard in ("bell202", "v23", "dtmf"):
        batch = render(table.curve(standard), 2, 4)
        result = measure.tally(batch, ours.decode(batch.samples))
        assert (result.decoded, result.wrong) == (2, 0), standard
        assert all(0 <= delay < 200 for delay in result.delays)


def test_digits_alone_are_in_doubt():
    batch = render(next(row for row in table.impairments("dtmf") if row.kind == "dtmf "), 2, 4)
    assert ours.decode(batch.samples) == []
    result = measure.tally(batch, ours.decode(batch.samples, bare_digits=True))
    assert (result.decoded, result.wrong) == (2, 0)


def test_a_message_that_does_not_parse_is_still_counted():
    heard = ours.fields("bell202", messages.seal(0x80, b"\x02\x30"), 7)
    assert heard.number is None and measure.tally(render(Condition("x"), 1, 1), [heard]).wrong == 1
