# SPDX-License-Identifier: Apache-2.0
"""What a line and a codec do to a burst. Samples as in waveform.py."""

import numpy as np
from numpy.typing import NDArray

from bench.decoder.waveform import Wave, peak


def white(length: int, power: float, rng: np.random.Generator, rate: int = 8000) -> Wave:
    """White noise whose power between 0 and 4 kHz is `power` (at 16 kHz twice as much in all)."""
    return rng.normal(0.0, np.sqrt(power * rate / 8000.0), length)


def reflected(wave: Wave, delay_ms: float, loss_db: float, rate: int = 8000) -> Wave:
    """The wave and one reflection of it, delayed by any part of a sample (a phase ramp in the frequency domain)."""
    samples = delay_ms * rate / 1000.0
    size = len(wave) + int(np.ceil(samples)) + 64
    spectrum = np.fft.rfft(wave, size)
    ramp = np.exp(-2j * np.pi * np.arange(len(spectrum)) * samples / size)
    late = np.fft.irfft(spectrum * ramp, size)[: len(wave) + int(np.ceil(samples)) + 16]
    late *= 10.0 ** (-loss_db / 20.0)
    late[: len(wave)] += wave
    return late


def cable(wave: Wave, corner: float, rate: int = 8000) -> Wave:
    """Through a first-order low-pass, as a long unloaded pair is one: loss and delay that both slope."""
    size = len(wave) + rate // 50
    spectrum = np.fft.rfft(wave, size)
    spectrum /= 1.0 + 1j * np.fft.rfftfreq(size, 1.0 / rate) / corner
    return np.fft.irfft(spectrum, size)


def mains(length: int, frequency: float, level: float, rng: np.random.Generator, rate: int = 8000) -> Wave:
    """Hum whose fundamental is at `level` dBm0; odd harmonics 3, 5, 7 lie 20, 26 and 32 dB below it, the second 26."""
    turns = 2.0 * np.pi * frequency * np.arange(length) / rate
    total = np.zeros(length)
    for order, below in ((1, 0.0), (2, 26.0), (3, 20.0), (5, 26.0), (7, 32.0)):
        total += peak(level - below) * np.sin(order * turns + float(rng.uniform(0.0, 2.0 * np.pi)))
    return total


def impulses(length: int, rate_per_s: float, height: float, rng: np.random.Generator, rate: int = 8000) -> Wave:
    """Clicks at Poisson times, each a band-limited impulse of peak `height`, at any part of a sample, either sign."""
    total = np.zeros(length)
    reach = 12
    for _ in range(int(rng.poisson(rate_per_s * length / rate))):
        at = float(rng.uniform(reach, max(length - reach, reach + 1)))
        n = np.arange(max(int(at) - reach, 0), min(int(at) + reach, length))
        shape = np.sinc(n - at) * np.cos(np.pi * (n - at) / (2.0 * reach + 2.0)) ** 2
        total[n] += shape * height * (1.0 if rng.integers(0, 2) else -1.0)
    return total


def overdriven(wave: Wave, level: float, drive_db: float) -> Wave:
    """Clipped as if a sine of `level` dBm0 had its peaks `drive_db` above the rails; the rails lie at full scale."""
    return np.clip(wave * 10.0 ** (drive_db / 20.0) / peak(level), -1.0, 1.0)


# ---- codecs ----


def to_int16(wave: Wave) -> NDArray[np.int16]:
    """Round and saturate."""
    return np.clip(np.rint(wave * 32768.0), -32768, 32767).astype(np.int16)


def mu_law(wave: Wave) -> Wave:
    """Through ITU-T G.711 mu-law and back: 14-bit magnitudes, eight segments of sixteen steps."""
    size = np.minimum(np.floor(np.abs(wave) * 8192.0), 8158.0) + 33.0
    segment = np.floor(np.log2(size)) - 5.0
    step = 2.0 ** (segment + 1.0)
    middle = np.floor(size / step) * step + step / 2.0 - 33.0
    return np.asarray(np.where(wave < 0, -middle, middle) / 8192.0)


def a_law(wave: Wave) -> Wave:
    """Through ITU-T G.711 A-law and back: 13-bit magnitudes, segments of sixteen steps, the first two alike."""
    size = np.minimum(np.floor(np.abs(wave) * 4096.0), 4095.0)
    segment = np.maximum(np.floor(np.log2(np.maximum(size, 1.0))) - 5.0, 0.0)
    step = np.maximum(2.0**segment * 2.0, 2.0)
    middle = np.floor(size / step) * step + step / 2.0
    return np.asarray(np.where(wave < 0, -middle, middle) / 4096.0)


def linear8(wave: Wave) -> Wave:
    """Rounded to eight bits."""
    return np.clip(np.rint(wave * 128.0), -128.0, 127.0) / 128.0


CODECS = {"mu-law": mu_law, "A-law": a_law, "8 bits": linear8}
