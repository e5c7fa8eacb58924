# SPDX-License-Identifier: Apache-2.0
"""Sounds of a telephone line. Each function returns float64 samples at 8 kHz in units of an int16's last place.

Levels are dBm0 of the whole signal: a full-scale sine is +3.14 dBm0 (ITU-T G.711, the A-law overload point).
"""

from __future__ import annotations

import math

import numpy as np

RATE = 8000  # samples a second
FULL_SCALE = 32767.0
OVERLOAD_DBM0 = 3.14

_LOW = (697, 770, 852, 941)  # Hz, ITU-T Q.23
_HIGH = (1209, 1336, 1477, 1633)
_KEYS = ("123A", "456B", "789C", "*0#D")
DTMF = {key: (_LOW[row], _HIGH[column]) for row, keys in enumerate(_KEYS) for column, key in enumerate(keys)}


def amplitude(dbm0: float) -> float:
    """Peak of a sine at this level."""
    return FULL_SCALE * 10.0 ** ((dbm0 - OVERLOAD_DBM0) / 20.0)


def rms(dbm0: float) -> float:
    """Root mean square of any signal at this level."""
    return amplitude(dbm0) / math.sqrt(2.0)


def level(samples: np.ndarray) -> float:
    """The level in dBm0 of these samples (-inf for silence)."""
    power = float(np.mean(np.square(np.asarray(samples, dtype=np.float64)))) if len(samples) else 0.0
    return 10.0 * math.log10(2.0 * power / FULL_SCALE**2) + OVERLOAD_DBM0 if power > 0.0 else -math.inf


def count(seconds: float) -> int:
    """Samples in this many seconds."""
    return int(round(seconds * RATE))


def silence(seconds: float) -> np.ndarray:
    """Nothing, for a while."""
    return np.zeros(count(seconds))


def tone(hz: float, seconds: float, dbm0: float) -> np.ndarray:
    """A steady sine, faded over 2 ms at both ends as an exchange's tone generator would be switched."""
    return _faded(amplitude(dbm0) * np.sin(2.0 * np.pi * hz / RATE * np.arange(count(seconds))))


def two_tones(low_hz: float, high_hz: float, seconds: float, dbm0: float, twist_db: float = 0.0) -> np.ndarray:
    """Two sines whose sum has level `dbm0`; the lower is `twist_db` louder than the higher."""
    share = 10.0 ** (twist_db / 10.0) / (1.0 + 10.0 ** (twist_db / 10.0))  # of the power, for the lower
    low = tone(low_hz, seconds, dbm0 + 10.0 * math.log10(share))
    return low + tone(high_hz, seconds, dbm0 + 10.0 * math.log10(1.0 - share))


def dtmf(keys: str, dbm0: float, on_s: float = 0.07, off_s: float = 0.07, twist_db: float = 0.0) -> np.ndarray:
    """Keys 0-9 * # A-D, each followed by its pause (EN 300 659-1 annex B asks 65 ms or more of either)."""
    pause = silence(off_s)
    parts = [part for key in keys for part in (two_tones(*DTMF[key], on_s, dbm0, twist_db), pause)]
    return np.concatenate(parts) if parts else silence(0)


def tone_alert(dbm0: float, seconds: float = 0.1) -> np.ndarray:
    """DT-AS: 2130 + 2750 Hz (EN 300 659-1, 5.3: 100 ms before on-hook data)."""
    return two_tones(2130.0, 2750.0, seconds, dbm0)


def cadence(hz: float, on_s: float, off_s: float, seconds: float, dbm0: float) -> np.ndarray:
    """A tone switched on and off, cut after `seconds`."""
    period = np.concatenate([tone(hz, on_s, dbm0), silence(off_s)])
    return np.tile(period, int(seconds / (on_s + off_s)) + 1)[: count(seconds)]


def ring_back(seconds: float, dbm0: float = -18.0) -> np.ndarray:
    """What a caller hears while the far phone rings: 450 Hz, 1 s on, 4 s off (China)."""
    return cadence(450.0, 1.0, 4.0, seconds, dbm0)


def busy(seconds: float, dbm0: float = -18.0) -> np.ndarray:
    """The other side has hung up: 450 Hz, 350 ms on, 350 ms off (China)."""
    return cadence(450.0, 0.35, 0.35, seconds, dbm0)


def dial_tone(seconds: float, dbm0: float = -18.0) -> np.ndarray:
    """450 Hz without a break (China)."""
    return tone(450.0, seconds, dbm0)


def noise(n: int, dbm0: float, rng: np.random.Generator) -> np.ndarray:
    """White noise, its power spread evenly over 0-4 kHz."""
    return rms(dbm0) * rng.standard_normal(n)


def hum(first: int, n: int, dbm0: float, hz: float = 50.0) -> np.ndarray:
    """Mains hum from sample `first` of the line's clock on, so that it runs through from block to block.

    Third and fifth harmonics stand 6 and 12 dB below the fundamental, the seventh 16: a transformer's mix.
    """
    turn = 2.0 * np.pi * hz / RATE * np.arange(first % (RATE * 100), first % (RATE * 100) + n)
    parts = ((1, 0.0), (3, -6.0), (5, -12.0), (7, -16.0))
    total = 10.0 * math.log10(sum(10.0 ** (db / 10.0) for _, db in parts))
    return sum(amplitude(dbm0 + db - total) * np.sin(order * turn + order) for order, db in parts)


def ring_residue(seconds: float, dbm0: float, hz: float = 25.0) -> np.ndarray:
    """What a 90 V ring leaves behind the front end's high-pass and clamps: 25 Hz, flattened, with its odd harmonics."""
    wave = np.sin(2.0 * np.pi * hz / RATE * np.arange(count(seconds)))
    flattened = np.tanh(4.0 * wave)
    spikes = np.diff(flattened, prepend=flattened[:1])  # a high-pass of the first order: spikes at each crossing
    mix = 0.5 * flattened / max(1e-9, np.std(flattened)) + 0.87 * spikes / max(1e-9, np.std(spikes))
    return rms(dbm0) * mix


def click(dbm0: float = -6.0, seconds: float = 0.02) -> np.ndarray:
    """A step in the line's voltage (a reversal, a hook) behind the front end: a decaying, ringing pulse."""
    t = np.arange(count(seconds)) / RATE
    return amplitude(dbm0) * np.exp(-t / 0.003) * np.cos(2.0 * np.pi * 180.0 * t)


def _faded(samples: np.ndarray, seconds: float = 0.002) -> np.ndarray:
    """The same, with a raised-cosine edge at both ends."""
    edge = min(count(seconds), len(samples) // 2)
    if edge:
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / edge)
        samples[:edge] *= ramp
        samples[-edge:] *= ramp[::-1]
    return samples
