# SPDX-License-Identifier: Apache-2.0
"""What physics allows, computed.

**Sequence estimation.** Over white noise the best receiver compares whole sequences. Two sequences that differ by an
error event are mistaken for each other with probability Q(sqrt(d2 Eb/N0)), where for continuous-phase FSK

    d2 = 1/T * integral over the event of (1 - cos(phase difference)) dt

(T one bit; Anderson, Aulin, Sundberg, "Digital Phase Modulation"). While the bits differ, the phase difference turns by
2 pi h a bit with h = (tone distance) / (baud rate): 1000/1200 = 5/6 for Bell 202, 800/1200 = 2/3 for V.23. An event
ends when the difference is a whole number of turns. Start and stop bits are known, so events touch only the eight data
bits, but a difference that is still open at the stop bit goes on gathering distance through it. The union bound sums
all events over all places, weighted by the share of messages in which the event is possible (1/2 for each differing
bit). A message is lost when any event happens: 1 - exp(-sum).

Both receivers are taken to know the timing and the frequency, the first one the phase too, and nothing of the text: a
decoder that knows which bytes can follow may do better where many messages fail (at SNR50), hardly where few do. Left
out: the terms at twice the carrier, which do not quite vanish with so few cycles a bit.

**One symbol at a time, phase unknown**, is what most decoders do: envelope detection of two correlated tones, with
correlation rho = sin(pi h)/(pi h); Proakis, "Digital Communications": P = Q1(a, b) - exp(-(a2+b2)/2) I0(ab)/2 with
a2, b2 = Eb/(2 N0) (1 -/+ sqrt(1 - rho2)). All ten bits of a character must come right.

SNR is counted in 0-4 kHz: Eb/N0 = SNR * 4000/1200, that is 5.23 dB more.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

INDEX = {"bell202": 1000.0 / 1200.0, "v23": 800.0 / 1200.0, "ntt": 800.0 / 1200.0}
BYTES = 40
BANDWIDTH_PER_BAUD = 4000.0 / 1200.0


def _tail(x: float) -> float:
    """Gaussian tail probability."""
    return 0.5 * math.erfc(x / math.sqrt(2.0))


def _bit_distance(start: float, sign: int, h: float) -> float:
    """Distance gathered in a bit that starts with `start` turns of phase difference; sign 0: the bits are equal."""
    if sign == 0:
        return 1.0 - math.cos(2.0 * math.pi * start)
    end = start + sign * h
    return 1.0 - (math.sin(2.0 * math.pi * end) - math.sin(2.0 * math.pi * start)) / (2.0 * math.pi * sign * h)


@lru_cache(maxsize=8)
def spectrum(h: float, reach: float = 2.6) -> tuple[tuple[float, float], ...]:
    """Distances below `reach` + the smallest, each with how often it occurs in one character (weighted by 2^-bits)."""
    found: dict[float, float] = {}
    # The smallest distance of interest is near 2, so everything that could matter lies below 2 + reach.
    limit = 2.0 + reach

    def walk(place: int, turns: float, distance: float, weight: float) -> None:
        """`place` counts bits from the start bit of the first character; 0 and 9 of each ten are known."""
        whole = abs(turns - round(turns)) < 1e-9
        if whole and weight < 1.0:
            key = round(distance, 6)
            found[key] = found.get(key, 0.0) + weight
            return
        for sign in (0,) if place % 10 in (0, 9) else (-1, 0, 1):
            more = distance + _bit_distance(turns, sign, h)
            if more < limit:
                walk(place + 1, turns + sign * h, more, weight * (0.5 if sign else 1.0))

    for first in range(1, 9):
        for sign in (-1, 1):
            walk(first + 1, sign * h, _bit_distance(0.0, sign, h), 0.5)
    return tuple(sorted(found.items()))


def sequence_rate(standard: str, snr: float, size: int = BYTES) -> float:
    """Share of messages of `size` bytes that sequence estimation gets right at `snr` dB."""
    energy = 10.0 ** (snr / 10.0) * BANDWIDTH_PER_BAUD
    events = sum(weight * _tail(math.sqrt(d2 * energy)) for d2, weight in spectrum(INDEX[standard]))
    return math.exp(-size * events)


def _marcum(a: float, b: float) -> float:
    """Marcum's Q1(a, b), by summing the Rician density above b."""
    x = np.linspace(b, b + a + 14.0, 20001)
    # exp(-(x-a)^2/2) times the scaled Bessel function keeps everything in range.
    density = x * np.exp(-((x - a) ** 2) / 2.0) * _bessel_scaled(a * x)
    step = x[1] - x[0]
    return float((density.sum() - (density[0] + density[-1]) / 2.0) * step)


def _bessel_scaled(x: "np.ndarray") -> "np.ndarray":
    """exp(-x) I0(x)."""
    small = np.minimum(x, 600.0)
    exact = np.i0(small) * np.exp(-small)
    series = (1.0 + 1.0 / (8.0 * np.maximum(x, 1.0))) / np.sqrt(2.0 * np.pi * np.maximum(x, 1.0))
    return np.where(x < 600.0, exact, series)


def symbol_rate(standard: str, snr: float, size: int = BYTES) -> float:
    """Share of messages that a receiver of single symbols without phase gets right at `snr` dB."""
    h = INDEX[standard]
    rho = abs(math.sin(math.pi * h) / (math.pi * h))
    energy = 10.0 ** (snr / 10.0) * BANDWIDTH_PER_BAUD
    root = math.sqrt(1.0 - rho * rho)
    a, b = math.sqrt(energy / 2.0 * (1.0 - root)), math.sqrt(energy / 2.0 * (1.0 + root))
    bessel = float(_bessel_scaled(np.array([a * b]))[0]) * math.exp(-((a - b) ** 2) / 2.0)
    error = min(max(_marcum(a, b) - 0.5 * bessel, 0.0), 0.5)
    return (1.0 - error) ** (10 * size)


def crossing(rate: Callable[[str, float], float], standard: str, share: float) -> float:
    """SNR at which `rate` reaches `share`."""
    low, high = -10.0, 25.0
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if rate(standard, middle) < share else (low, middle)
    return (low + high) / 2.0
