# SPDX-License-Identifier: Apache-2.0
"""Bursts as a line card sends them, sampled exactly.

The phase of continuous-phase FSK is piecewise linear in time, so it is computed, not accumulated: every bit edge falls
where the baud rate puts it, never on a sample. The wave is evaluated at 32 kHz and brought to the listener's rate
through a filter that stops everything above half of it, as a codec does; keying a tone makes a spectrum without end,
and plain sampling would fold it back.

Samples are float64 in which 1.0 is full scale; a full-scale sine is +3.14 dBm0 (ITU-T G.711).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]

FINE_RATE = 32000
BAUD = 1200.0
SINE_DBM0 = 3.14
MARK_SPACE = {"bell202": (1200.0, 2200.0), "v23": (1300.0, 2100.0), "ntt": (1300.0, 2100.0)}
DTMF_PAIRS = {
    key: (low, high)
    for low, keys in ((697.0, "123A"), (770.0, "456B"), (852.0, "789C"), (941.0, "*0#D"))
    for high, key in zip((1209.0, 1336.0, 1477.0, 1633.0), keys, strict=True)
}


def peak(dbm0: float) -> float:
    """Amplitude of a sine of that level."""
    return 10.0 ** ((dbm0 - SINE_DBM0) / 20.0)


def power_of(dbm0: float) -> float:
    """Mean square of a sine of that level."""
    return peak(dbm0) ** 2 / 2.0


@lru_cache(maxsize=4)
def _lowpass(factor: int) -> Wave:
    """Kaiser low-pass for decimation by `factor`: flat to 0.9, 70 dB down from 1.1 of half the new rate."""
    half = 24 * factor
    n = np.arange(-half, half + 1)
    taps = np.sinc(n / factor) * np.kaiser(2 * half + 1, 7.0)
    return np.asarray(taps / taps.sum(), dtype=np.float64)


def decimated(fine: Wave, rate: int) -> Wave:
    """From FINE_RATE to `rate`, band-limited; sample 0 stays in place."""
    factor = FINE_RATE // rate
    taps = _lowpass(factor)  # 48 * factor + 1 of them
    half = len(taps) // 2
    count = -(-len(fine) // factor)
    rows = count + len(taps) // factor + 1
    padded = np.zeros(rows * factor)
    padded[half : half + len(fine)] = fine
    kernel = np.zeros((len(taps) // factor + 1, factor))
    kernel.ravel()[: len(taps)] = taps
    # Row i of the product holds the parts of outputs i, i-1, i-2 ... that lie in block i of the input.
    partial = padded.reshape(rows, factor) @ kernel.T
    out = np.zeros(count)
    for k in range(len(kernel)):
        out += partial[k : k + count, k]
    return out


def keying(
    data: bytes,
    rng: np.random.Generator,
    seizure: int = 300,
    marks: int = 180,
    stop: tuple[float, float] = (1.0, 1.0),
    stuffing: int = 0,
    tail: float = 8.0,
) -> tuple[NDArray[np.int64], Wave]:
    """Bits and their lengths in bit times: seizure (alternating, from space), marks, characters, closing marks.

    stop: range of the stop bit's length, drawn anew for each character. stuffing: at most so many marks behind it.
    """
    bits = [i % 2 for i in range(seizure)]
    lengths = [1.0] * seizure
    if marks:
        bits.append(1)
        lengths.append(float(marks))
    for byte in data:
        bits += [0, *((byte >> i) & 1 for i in range(8)), 1]
        extra = float(rng.integers(0, stuffing + 1)) if stuffing else 0.0
        lengths += [1.0] * 9 + [float(rng.uniform(*stop)) + extra]
    bits.append(1)
    lengths.append(tail)
    return np.array(bits, dtype=np.int64), np.array(lengths)


def fsk(
    bits: NDArray[np.int64],
    lengths: Wave,
    standard: str,
    rng: np.random.Generator,
    rate: int = 8000,
    level: float = -15.0,
    twist: float = 0.0,
    frequency: float = 0.0,
    baud: float = 0.0,
) -> Wave:
    """Continuous-phase FSK of random starting phase, starting at a random part of a sample.

    level: dBm0 of the burst as a whole. twist: mark over space, dB. frequency, baud: relative errors (0.01 = 1 %).
    """
    mark, space = (tone * (1.0 + frequency) for tone in MARK_SPACE[standard])
    edges = np.concatenate([[0.0], np.cumsum(lengths)]) / (BAUD * (1.0 + baud))
    tones = np.where(bits == 1, mark, space)
    turns = np.concatenate([[0.0], np.cumsum(tones * np.diff(edges))])
    delay = float(rng.uniform(0.0, 1.0)) / rate
    first = np.ceil((edges + delay) * FINE_RATE).astype(np.int64)  # the first fine sample of each bit
    slot = np.repeat(np.arange(len(bits)), np.diff(first))
    times = np.arange(first[0], first[-1]) / FINE_RATE - delay
    phase = turns[slot] + tones[slot] * (times - edges[slot]) + float(rng.uniform())
    gains = np.where(bits == 1, 10.0 ** (twist / 40.0), 10.0 ** (-twist / 40.0))
    keyed = np.sin(2.0 * np.pi * phase) * gains[slot]
    keyed *= np.sqrt(power_of(level) / np.mean(keyed**2))
    return decimated(np.concatenate([np.zeros(first[0]), keyed]), rate)


def dtmf(
    keys: str,
    rng: np.random.Generator,
    rate: int = 8000,
    level: float = -15.0,
    twist: float = 0.0,
    frequency: float = 0.0,
    on_ms: float = 70.0,
    off_ms: float = 70.0,
) -> Wave:
    """Keys as DTMF; `level` dBm0 is that of both tones together while they sound. twist: high over low group, dB."""
    high, low = 10.0 ** (twist / 40.0), 10.0 ** (-twist / 40.0)
    scale = np.sqrt(power_of(level) / ((high**2 + low**2) / 2.0))
    on, off = int(on_ms * FINE_RATE / 1000.0), int(off_ms * FINE_RATE / 1000.0)
    times = np.arange(on) / FINE_RATE
    parts = [np.zeros(int(rng.integers(0, FINE_RATE // rate)))]
    for key in keys:
        f_low, f_high = (2.0 * np.pi * f * (1.0 + frequency) for f in DTMF_PAIRS[key])
        start_low, start_high = rng.uniform(0.0, 2.0 * np.pi, 2)
        tone = low * np.sin(f_low * times + start_low) + high * np.sin(f_high * times + start_high)
        parts += [tone * scale, np.zeros(off)]
    return decimated(np.concatenate(parts), rate)


def steady(frequencies: tuple[float, ...], seconds: float, level: float, rate: int = 8000, phase: float = 0.0) -> Wave:
    """Steady tones, each at `level` dBm0."""
    times = np.arange(int(seconds * rate)) / rate
    total = np.zeros(len(times))
    for f in frequencies:
        total += np.sin(2.0 * np.pi * f * times + phase)
    return total * peak(level)
