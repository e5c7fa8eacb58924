# SPDX-License-Identifier: Apache-2.0
"""Alerting tones before caller-ID in a call or on an idle line: 2130 and 2750 Hz together (CAS; DT-AS, EN 300 659-1).

Which are to be heard: 75 to 110 ms, each tone -14 to -38 dBm0, up to 6 dB apart, frequency right within 0.6 %. Which
are not: one tone alone, tones far too short, frequencies off by 3 %.
"""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np

from bench.decoder import channel, ours, report, sounds
from bench.decoder.condition import generator
from bench.decoder.waveform import peak, power_of

RATE = 8000
GAP = 0.5  # seconds


@dataclass(frozen=True)
class Alert:
    """One kind of alerting tone. level: dBm0 of each tone; twist: high over low, dB; talk: somebody speaks up to it."""

    name: str
    wanted: bool = True
    ms: float = 82.0
    level: float = -20.0
    twist: float = 0.0
    frequency: float = 0.0
    snr: float = 25.0
    low: bool = True
    high: bool = True
    talk: bool = False


ALERTS = [
    Alert("82 ms, −20 dBm0 a tone"),
    Alert("75 ms", ms=75.0),
    Alert("110 ms, DT-AS", ms=110.0),
    Alert("−14 dBm0", level=-14.0),
    Alert("−32 dBm0", level=-32.0),
    Alert("−38 dBm0", level=-38.0),
    Alert("high tone 6 dB stronger", twist=6.0),
    Alert("high tone 6 dB weaker", twist=-6.0),
    Alert("frequency +0.6 %", frequency=0.006),
    Alert("frequency −0.6 %", frequency=-0.006),
    Alert("SNR 15 dB", snr=15.0),
    Alert("SNR 10 dB", snr=10.0),
    Alert("right after talk", talk=True),
    Alert("30 ms (to be refused)", wanted=False, ms=30.0),
    Alert("2130 Hz alone (to be refused)", wanted=False, high=False),
    Alert("2750 Hz alone (to be refused)", wanted=False, low=False),
    Alert("frequency +3 % (to be refused)", wanted=False, frequency=0.03),
]


def measure(alert: Alert, count: int, seed: int) -> tuple[int, int]:
    """Of `count` tones in one stream: how many were heard in their place, and how many reports were elsewhere."""
    rng = generator(seed, repr(alert))
    spans: list[tuple[int, int]] = []
    parts: list[np.ndarray] = []
    place = 0
    for _ in range(count):
        lead = np.zeros(int(RATE * (GAP + float(rng.uniform(0.0, 0.1)))))
        if alert.talk:
            lead = np.concatenate([lead, sounds.talk(0.6, rng, -20.0, RATE)])
        times = np.arange(int(alert.ms * RATE / 1000.0)) / RATE
        tone = np.zeros(len(times))
        for wanted, f, side in ((alert.low, 2130.0, -1.0), (alert.high, 2750.0, 1.0)):
            if wanted:
                gain = peak(alert.level) * 10.0 ** (side * alert.twist / 40.0)
                turns = 2.0 * np.pi * f * (1.0 + alert.frequency) * times
                tone += gain * np.sin(turns + float(rng.uniform(0.0, 2.0 * np.pi)))
        spans.append((place + len(lead), place + len(lead) + len(tone)))
        parts += [lead, tone]
        place += len(lead) + len(tone)
    parts.append(np.zeros(RATE // 2))
    wave = np.concatenate(parts)
    wave = wave + channel.white(len(wave), 2.0 * power_of(alert.level) / 10.0 ** (alert.snr / 10.0), rng)
    heard = ours.alerts(channel.to_int16(wave), RATE)
    slack = RATE // 20
    at_home = {i for i, (a, b) in enumerate(spans) for s, e in heard if s < b + slack and e > a - slack}
    stray = sum(not any(s < b + slack and e > a - slack for a, b in spans) for s, e in heard)
    return len(at_home), stray


def _job(job: tuple[Alert, int, int]) -> tuple[int, int]:
    return measure(*job)


def sheet(count: int, seed: int, workers: int) -> report.Sheet:
    """Our decoder's alerting tones."""
    result = report.Sheet(
        "Alerting tones",
        "2130 + 2750 Hz, our decoder: heard, % (those to be refused: 0 is right), and reports where there was no tone.",
        ["", "tones", "heard", "elsewhere"],
    )
    with ProcessPoolExecutor(workers) as pool:
        for alert, (heard, stray) in zip(ALERTS, pool.map(_job, [(a, count, seed) for a in ALERTS]), strict=True):
            result.rows.append([alert.name, str(count), f"{100.0 * heard / count:.1f}", str(stray)])
    return result
