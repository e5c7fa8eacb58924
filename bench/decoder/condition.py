# SPDX-License-Identifier: Apache-2.0
"""One situation on a line, and the audio of many messages in it.

A batch is one stream: messages stand in slots, with silence (that is, with the line's noise) between them, so that
every decoder, ours or a peer's, hears the very same samples in one go.
"""

import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bench.decoder import channel, sounds, waveform
from bench.decoder.messages import Sent, random_message
from bench.decoder.waveform import Wave

BEFORE = 0.45  # seconds of line before a burst
AFTER = 0.35


@dataclass(frozen=True)
class Condition:
    """What is sent and what happens to it; every field is one thing that differs from a clean, strong burst.

    snr: power of the burst over white noise in 0-4 kHz, dB (DTMF: power while the tones sound). level: dBm0.
    stop: range of the stop bit in bits. stuffing: at most so many extra marks between characters. twist: mark over
    space (DTMF: high over low group), dB. frequency, baud: relative. echoes: (delay in ms, loss in dB).
    cable: corner in Hz of a long pair, whose loss is made up for. hum: (Hz, dBm0). dc: share of full scale.
    clip: dB that the peaks would stand above the rails.
    clicks: (a second, peak over the burst's peak in dB). codec: a key of channel.CODECS.
    before: "", "talk", "ring" or "alert" (call waiting: talk, then CAS and its acknowledgement).
    """

    name: str
    standard: str = "bell202"
    kind: str = "mdmf"
    snr: float = 25.0
    level: float = -15.0
    seizure: int = 300
    marks: int = 180
    stop: tuple[float, float] = (1.0, 1.0)
    stuffing: int = 0
    twist: float = 0.0
    frequency: float = 0.0
    baud: float = 0.0
    on_ms: float = 70.0
    off_ms: float = 70.0
    echoes: tuple[tuple[float, float], ...] = ()
    cable: float = 0.0
    hum: tuple[float, float] | None = None
    dc: float = 0.0
    clip: float = 0.0
    clicks: tuple[float, float] | None = None
    codec: str = ""
    before: str = ""
    rate: int = 8000


@dataclass
class Batch:
    """Audio of a condition: int16 samples at `rate`, what was sent, and the samples at which each message ended."""

    samples: NDArray[np.int16]
    rate: int
    standard: str
    sent: list[Sent] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)


def generator(seed: int, *names: object) -> np.random.Generator:
    """Random numbers that depend on the seed and on what they are for, not on what was drawn before."""
    return np.random.default_rng([seed, zlib.crc32(repr(names).encode())])


def _burst(condition: Condition, sent: Sent, rng: np.random.Generator) -> tuple[Wave, float]:
    """The burst after the line's reflections, and the sample in it at which the message is over."""
    c = condition
    if c.standard == "dtmf":
        wave = waveform.dtmf(
            sent.data.decode(), rng, c.rate, c.level, c.twist, c.frequency, on_ms=c.on_ms, off_ms=c.off_ms
        )
        end = len(wave) - c.off_ms * c.rate / 1000.0
    else:
        bits, lengths = waveform.keying(sent.data, rng, c.seizure, c.marks, c.stop, c.stuffing)
        wave = waveform.fsk(bits, lengths, c.standard, rng, c.rate, c.level, c.twist, c.frequency, c.baud)
        end = float(lengths[:-1].sum()) / (waveform.BAUD * (1.0 + c.baud)) * c.rate
    if c.cable:
        wave = sounds.levelled(channel.cable(wave, c.cable, c.rate), c.level)
    for delay, loss in c.echoes:
        wave = channel.reflected(wave, delay, loss, c.rate)
    return wave, end


def _prelude(condition: Condition, rng: np.random.Generator) -> Wave:
    """What the line says before a burst."""
    c = condition
    if c.before == "talk":
        return np.concatenate([sounds.talk(1.2, rng, c.level, c.rate), np.zeros(int(0.1 * c.rate))])
    if c.before == "ring":
        return np.concatenate([sounds.ring_residue(0.5, rng, c.rate), np.zeros(int(0.05 * c.rate))])
    if c.before == "alert":
        alert = sounds.call_waiting_alert(c.level - 3.0, c.rate)
        return np.concatenate([sounds.talk(0.8, rng, c.level, c.rate), alert])
    return np.zeros(0)


def render(condition: Condition, count: int, seed: int) -> Batch:
    """`count` messages in this condition. The same seed gives the same samples."""
    c = condition
    rng = generator(seed, repr(c))
    batch = Batch(np.zeros(0, np.int16), c.rate, c.standard)
    parts: list[Wave] = []
    place = 0
    powers: list[float] = []
    for _ in range(count):
        sent = random_message(c.kind, rng)
        burst, end = _burst(c, sent, rng)
        gap = np.zeros(int((BEFORE + float(rng.uniform(0.0, 0.05))) * c.rate))
        lead = np.concatenate([gap, _prelude(c, rng)])
        batch.sent.append(sent)
        batch.ends.append(place + len(lead) + end)
        powers.append(float(np.mean(burst[: max(int(end), 1)] ** 2)))
        parts += [lead, burst, np.zeros(int(AFTER * c.rate))]
        place += sum(len(p) for p in parts[-3:])
    wave = np.concatenate(parts) if parts else np.zeros(0)
    # DTMF's pauses are silent but for the filter's ripples, so its power is the nominal one.
    power = waveform.power_of(c.level) if c.standard == "dtmf" else float(np.mean(powers or [1.0]))
    wave = wave + channel.white(len(wave), power / 10.0 ** (c.snr / 10.0), rng, c.rate)
    batch.samples = channel.to_int16(_front_end(c, wave, power, rng))
    return batch


def _front_end(condition: Condition, wave: Wave, power: float, rng: np.random.Generator) -> Wave:
    """Everything that is added to the line as a whole, then the codec."""
    c = condition
    if c.clicks is not None:
        often, over = c.clicks
        height = np.sqrt(2.0 * power) * 10.0 ** (over / 20.0)
        wave = wave + channel.impulses(len(wave), often, height, rng, c.rate)
    if c.hum is not None:
        wave = wave + channel.mains(len(wave), c.hum[0], c.hum[1], rng, c.rate)
    wave = wave + c.dc
    if c.clip > 0.0:
        wave = channel.overdriven(wave, c.level, c.clip)
    if c.codec:
        wave = channel.CODECS[c.codec](wave)
    return wave
