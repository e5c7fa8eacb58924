# SPDX-License-Identifier: Apache-2.0
"""What else is heard on a line: talk, music, rings that die away, exchange tones, modems. Samples as in waveform.py."""

from collections.abc import Callable

import numpy as np

from bench.decoder.waveform import FINE_RATE, Wave, decimated, dtmf, fsk, peak, power_of, steady

FINE = FINE_RATE


def levelled(wave: Wave, dbm0: float) -> Wave:
    """Scaled to the power of a sine of that level."""
    power = float(np.mean(wave**2))
    return wave * np.sqrt(power_of(dbm0) / power) if power > 0.0 else wave


def _bump(frequency: Wave, centre: float, width: float) -> Wave:
    return np.asarray(1.0 / (1.0 + ((frequency - centre) / width) ** 2))


def _syllables(count: int, rng: np.random.Generator) -> Wave:
    """A row a frame: three formants in Hz, share of voice in the source, gain."""
    rows: list[tuple[float, ...]] = []
    while len(rows) < count:
        formants = [float(rng.uniform(*span)) for span in ((250, 850), (900, 2300), (2300, 3100))]
        voiced = 1.0 if rng.uniform() < 0.75 else 0.0
        gain = 0.0 if rng.uniform() < 0.15 else float(rng.uniform(0.3, 1.0))
        rows += [(*formants, voiced, gain)] * int(rng.integers(5, 19))
    return np.array(rows[:count])


def talk(seconds: float, rng: np.random.Generator, level: float = -20.0, rate: int = 8000) -> Wave:
    """Speech-like sound: glottal pulses and hiss, shaped frame by frame by three formants in the frequency domain.

    Syllables of 80 to 300 ms with pauses; no words, but the spectrum, pitch and rhythm of a voice.
    """
    frame = int(0.032 * rate)
    hop = frame // 2
    count = int(seconds * rate) // hop + 1
    rows = _syllables(count, rng)
    size = count * hop + frame
    base = float(rng.uniform(85.0, 240.0))
    drift = np.cumsum(rng.normal(0.0, 0.03, size // hop + 1)) * 0.5
    pitch = base * np.exp(np.clip(np.interp(np.arange(size) / hop, np.arange(len(drift)), drift), -0.4, 0.4))
    pulses = np.diff(np.floor(np.cumsum(pitch) / rate), prepend=0.0)
    hiss = rng.normal(0.0, 0.05, size)
    window = np.sin(np.pi * (np.arange(frame) + 0.5) / frame) ** 2
    axis = np.asarray(np.fft.rfftfreq(frame, 1.0 / rate), dtype=np.float64)
    out = np.zeros(size)
    for i, (first, second, third, voiced, gain) in enumerate(rows):
        span = slice(i * hop, i * hop + frame)
        shape = _bump(axis, first, 80.0) + 0.5 * _bump(axis, second, 110.0) + 0.25 * _bump(axis, third, 160.0)
        out[span] += np.fft.irfft(np.fft.rfft(pulses[span] * voiced + hiss[span]) * shape, frame) * window * gain
    return levelled(out[: int(seconds * rate)], level)


def ring_residue(seconds: float, rng: np.random.Generator, rate: int = 8000) -> Wave:
    """The end of a ring, as the line's capacitances let it through: 20 or 25 Hz with harmonics, dying away."""
    times = np.arange(int(seconds * rate)) / rate
    base = float(rng.choice([20.0, 25.0]))
    wave = np.zeros(len(times))
    for order in range(1, 20, 2):
        wave += np.sin(2.0 * np.pi * base * order * times + float(rng.uniform(0.0, 6.28))) / order
    bell = 0.05 * rng.normal(0.0, 1.0, len(times))
    return (wave * 0.4 + bell) * np.exp(-times / 0.06) * peak(-3.0)


def call_waiting_alert(level: float, rate: int = 8000) -> Wave:
    """CAS / DT-AS: 2130 and 2750 Hz, 82 ms, then the phone's acknowledgement, DTMF D, and a pause: GR-30-CORE 2.3."""
    alert = steady((2130.0, 2750.0), 0.082, level, rate)
    answer = dtmf("D", np.random.default_rng(0), rate, level, on_ms=60.0, off_ms=0.0)
    return np.concatenate([alert, np.zeros(int(0.06 * rate)), answer, np.zeros(int(0.06 * rate))])


# ---- for hours of nothing ----


def noise(seconds: float, rng: np.random.Generator, rate: int = 8000) -> Wave:
    """White, pink or brown noise, steady or in bursts."""
    size = int(seconds * rate)
    spectrum = np.fft.rfft(rng.normal(0.0, 1.0, size))
    slope = float(rng.choice([0.0, 0.5, 1.0]))
    wave = np.fft.irfft(spectrum / np.maximum(np.arange(len(spectrum)), 1.0) ** slope, size)
    if rng.uniform() < 0.4:
        gates = np.repeat(rng.uniform(0.0, 1.0, size // 400 + 1), 400)[:size]
        wave *= gates**3
    return wave


def music(seconds: float, rng: np.random.Generator, rate: int = 8000) -> Wave:
    """Chords and melodies of plucked, blown and struck voices with vibrato, over a beat of noise and falling tones."""
    size = int(seconds * rate)
    wave = np.zeros(size)
    beat = float(rng.uniform(0.12, 0.4))
    scale = np.array([0, 2, 4, 5, 7, 9, 11]) if rng.uniform() < 0.5 else np.array([0, 3, 5, 7, 10])
    root = float(rng.uniform(55.0, 220.0))
    at = 0.0
    while at < seconds - 0.05:
        held = beat * float(rng.choice([1, 1, 2, 4]))
        n = np.arange(min(int(held * 1.5 * rate), size - int(at * rate)))
        for _ in range(int(rng.integers(1, 5))):
            pitch = root * 2.0 ** (int(rng.integers(0, 5)) + int(rng.choice(scale)) / 12.0)
            vibrato = float(rng.uniform(0.0, 0.008)) * np.sin(2.0 * np.pi * 5.5 * n / rate)
            turns = 2.0 * np.pi * pitch / rate * np.cumsum(1.0 + vibrato)
            envelope = np.exp(-n / rate / float(rng.uniform(0.05, 1.0))) * np.minimum(n / (0.01 * rate), 1.0)
            fall = float(rng.uniform(0.5, 2.5))
            for order in range(1, 9):
                if order * pitch < 0.45 * rate:
                    wave[int(at * rate) : int(at * rate) + len(n)] += np.sin(order * turns) / order**fall * envelope
        if rng.uniform() < 0.4:
            wave[int(at * rate) : int(at * rate) + len(n)] += rng.normal(0.0, 1.0, len(n)) * np.exp(-n / (0.03 * rate))
        at += beat
    return wave


def _cadence(tones: tuple[float, ...], on: float, off: float, seconds: float, rate: int) -> Wave:
    once = np.concatenate([steady(tones, on, -10.0, rate), np.zeros(int(off * rate))])
    return np.asarray(np.resize(once, int(seconds * rate)))


EXCHANGE_TONES: tuple[tuple[tuple[float, ...], float, float], ...] = (
    ((350.0, 440.0), 5.0, 0.0),  # dial tone, North America
    ((450.0,), 5.0, 0.0),  # dial tone, China
    ((425.0,), 0.5, 0.5),  # busy, Europe
    ((480.0, 620.0), 0.5, 0.5),  # busy, North America
    ((450.0,), 0.35, 0.35),  # busy, China
    ((440.0, 480.0), 2.0, 4.0),  # ringing, North America
    ((425.0,), 1.0, 4.0),  # ringing, Europe
    ((400.0, 450.0), 0.4, 0.2),  # ringing, United Kingdom
    ((950.0,), 0.33, 0.0),  # special information tones
    ((1400.0,), 0.33, 0.0),
    ((1800.0,), 0.33, 1.0),
    ((1100.0,), 0.5, 3.0),  # fax calling
    ((2100.0,), 3.3, 0.5),  # fax and modem answering
    ((1300.0,), 0.5, 2.0),  # V.25 calling: the mark of V.23
    ((2225.0,), 4.0, 0.3),  # Bell 103 answering
    ((1270.0,), 4.0, 0.3),
    ((1200.0,), 4.0, 0.3),  # the mark of Bell 202, alone
    ((2200.0,), 4.0, 0.3),
    ((2130.0, 2750.0), 0.1, 2.0),  # alert for call waiting
    ((2600.0,), 1.0, 0.5),
    ((1400.0, 2060.0, 2450.0, 2600.0), 0.1, 0.1),  # receiver off hook
)


def exchange_tones(seconds: float, rng: np.random.Generator, rate: int = 8000) -> Wave:
    """Call-progress, fax and modem tones, one after the other."""
    parts: list[Wave] = []
    total = 0.0
    while total < seconds:
        tones, on, off = EXCHANGE_TONES[int(rng.integers(0, len(EXCHANGE_TONES)))]
        span = float(rng.uniform(1.0, 5.0))
        parts.append(_cadence(tones, on, off, span, rate))
        total += span
    return np.concatenate(parts)[: int(seconds * rate)]


def _keyed(seconds: float, baud: float, tones: tuple[float, float], rng: np.random.Generator, rate: int) -> Wave:
    """Continuous-phase FSK of random bits."""
    times = np.arange(int(seconds * FINE)) / FINE
    bits = rng.integers(0, 2, int(seconds * baud) + 2)
    frequency = np.where(bits == 1, tones[0], tones[1])[(times * baud).astype(np.int64)]
    return decimated(np.sin(2.0 * np.pi * np.cumsum(frequency) / FINE), rate)


def _phase_keyed(seconds: float, baud: float, carrier: float, rng: np.random.Generator, rate: int) -> Wave:
    """Four-phase keying of random bits with rounded edges: V.22, V.26."""
    times = np.arange(int(seconds * FINE)) / FINE
    symbols = np.exp(0.5j * np.pi * rng.integers(0, 4, int(seconds * baud) + 3))
    place = times * baud
    index, part = place.astype(np.int64), place % 1.0
    blend = 0.5 - 0.5 * np.cos(np.pi * part)
    base = symbols[index] * (1.0 - blend) + symbols[index + 1] * blend
    return decimated((base * np.exp(2j * np.pi * carrier * times)).real, rate)


MODEMS: tuple[Callable[[float, np.random.Generator, int], Wave], ...] = (
    lambda s, g, r: _keyed(s, 300.0, (1270.0, 1070.0), g, r),  # Bell 103, both directions
    lambda s, g, r: _keyed(s, 300.0, (2225.0, 2025.0), g, r),
    lambda s, g, r: _keyed(s, 300.0, (980.0, 1180.0), g, r),  # V.21, both directions
    lambda s, g, r: _keyed(s, 300.0, (1650.0, 1850.0), g, r),
    lambda s, g, r: _keyed(s, 75.0, (390.0, 450.0), g, r),  # V.23 backward channel
    lambda s, g, r: _keyed(s, 600.0, (1300.0, 1700.0), g, r),  # V.23 at 600 baud
    lambda s, g, r: _keyed(s, 45.45, (1400.0, 1800.0), g, r),  # text telephone
    lambda s, g, r: _phase_keyed(s, 600.0, 1200.0, g, r),  # V.22, both directions
    lambda s, g, r: _phase_keyed(s, 600.0, 2400.0, g, r),
    lambda s, g, r: _phase_keyed(s, 1200.0, 1800.0, g, r),  # V.26
    lambda s, g, r: _phase_keyed(s, 1600.0, 1800.0, g, r),  # V.27
)


def modems(seconds: float, rng: np.random.Generator, rate: int = 8000) -> Wave:
    """Modems that are not caller-ID, a few seconds each."""
    parts: list[Wave] = []
    total = 0.0
    while total < seconds:
        span = float(rng.uniform(2.0, 8.0))
        parts.append(MODEMS[int(rng.integers(0, len(MODEMS)))](span, rng, rate))
        total += span
    return np.concatenate(parts)[: int(seconds * rate)]


def random_fsk(seconds: float, rng: np.random.Generator, rate: int = 8000) -> Wave:
    """Bursts at 1200 baud in both pairs of tones: random bits, or random characters behind a proper preamble."""
    parts: list[Wave] = []
    total = 0
    while total < seconds * rate:
        standard = str(rng.choice(["bell202", "v23"]))
        if rng.uniform() < 0.5:
            bits = rng.integers(0, 2, int(rng.integers(200, 1500)))
        else:
            count = int(rng.integers(10, 80))
            characters = np.ones((count, 10), dtype=np.int64)
            characters[:, 0] = 0
            characters[:, 1:9] = rng.integers(0, 2, (count, 8))
            preamble = np.concatenate([np.resize([0, 1], 300), np.ones(180, dtype=np.int64)])
            bits = np.concatenate([preamble, characters.ravel()])
        burst = fsk(bits, np.ones(len(bits)), standard, rng, rate)
        parts += [burst, np.zeros(int(rng.integers(1000, 4000)))]
        total += len(burst) + len(parts[-1])
    return np.concatenate(parts)[: int(seconds * rate)]
