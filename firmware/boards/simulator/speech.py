# SPDX-License-Identifier: Apache-2.0
"""A speech-like sound: syllables of a voiced source under moving formants, hiss between them. Nobody says anything."""

from __future__ import annotations

import numpy as np

from .signals import RATE, count, rms

# First three formants in Hz of a few vowels, rough figures for a grown-up.
_VOWELS = ((730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240))
_HARMONICS = 24


def speech(seconds: float, dbm0: float, rng: np.random.Generator, pitch_hz: float = 130.0) -> np.ndarray:
    """`seconds` of talk at a mean level of `dbm0`: about five syllables a second, pauses between phrases."""
    n = count(seconds)
    if n == 0:
        return np.zeros(0)
    syllables = max(1, round(seconds * 5.0))
    points = np.linspace(0.0, n - 1, syllables + 1)
    t = np.arange(n)
    formants = [np.interp(t, points, track) for track in _tracks(syllables + 1, rng)]
    pitch = np.interp(t, points, pitch_hz * rng.uniform(0.85, 1.2, syllables + 1))
    sound = _voiced(pitch, formants) * _envelope(n, points, rng) + _hiss(n, points, rng)
    return sound * (rms(dbm0) / max(1e-9, float(np.sqrt(np.mean(sound**2)))))


def _tracks(points: int, rng: np.random.Generator) -> np.ndarray:
    """Formant frequencies at each syllable's edge: 3 rows."""
    return np.array([_VOWELS[i] for i in rng.integers(0, len(_VOWELS), points)], dtype=float).T


def _voiced(pitch: np.ndarray, formants: list[np.ndarray]) -> np.ndarray:
    """Harmonics of the pitch, each as loud as the formants let it be; none above 3.4 kHz."""
    turns = np.cumsum(pitch) / RATE
    total = np.zeros(len(pitch))
    for order in range(1, _HARMONICS + 1):
        hz = order * pitch
        gain = sum(
            weight / (1.0 + ((hz - f) / 90.0) ** 2) for weight, f in zip((1.0, 0.5, 0.25), formants, strict=True)
        )
        gain = np.where(hz < 3400.0, gain + 0.01, 0.0) / order**0.5
        total += gain * np.sin(2.0 * np.pi * order * turns)
    return total


def _envelope(n: int, points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Loudness: a bump a syllable, one in six syllables silent."""
    loud = np.where(rng.random(len(points)) < 1 / 6, 0.02, rng.uniform(0.4, 1.0, len(points)))
    period = max(1.0, float(points[1] - points[0]) if len(points) > 1 else n)
    bump = 0.55 - 0.45 * np.cos(2.0 * np.pi * np.arange(n) / period)
    return np.interp(np.arange(n), points, loud) * bump


def _hiss(n: int, points: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Consonants: 40 ms of noise, differentiated so that it is bright, at about a third of the syllables' edges."""
    sound = np.zeros(n)
    for edge in points[:-1]:
        if rng.random() < 1 / 3:
            first = int(edge)
            length = min(count(0.04), n - first)
            sound[first : first + length] = 0.15 * np.diff(rng.standard_normal(length + 1))
    return sound
