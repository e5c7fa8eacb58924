# SPDX-License-Identifier: Apache-2.0
"""Caller-ID bursts as lines deliver them, for tests: exact signals first, then everything that goes wrong with them.

Written from the standards and apart from the decoder: no table, constant or filter is shared with it.

Samples are float64 arrays at `rate` Hz (8000 unless said) in which 1.0 is full scale; a full-scale sine is +3.14 dBm0
(ITU-T G.711). `to_int16` ends the chain. SNR is the power of the burst over that of white noise in 0-4 kHz.
"""

import numpy as np

FULL_SCALE_DBM0 = 3.14
TONES = {"bell202": (1200.0, 2200.0), "v23": (1300.0, 2100.0)}  # mark, space in Hz
ROWS = (697.0, 770.0, 852.0, 941.0)
COLUMNS = (1209.0, 1336.0, 1477.0, 1633.0)
KEYS = "123A456B789C*0#D"


# ---- messages ----


def with_checksum(kind, body):
    """Type, length, body and the checksum that makes the sum of all bytes 0 modulo 256 (GR-30-CORE 2.4)."""
    message = bytes([kind, len(body)]) + bytes(body)
    return message + bytes([-sum(message) & 0xFF])


def mdmf(*parameters, kind=0x80):
    """Multiple data message; `parameters` are (type, value) with value str or bytes."""
    body = b""
    for number, value in parameters:
        value = value.encode("latin-1") if isinstance(value, str) else bytes(value)
        body += bytes([number, len(value)]) + value
    return with_checksum(kind, body)


def sdmf(datetime, number):
    """Single data message: MMDDhhmm and the number, or "P" / "O"."""
    return with_checksum(0x04, (datetime + number).encode("latin-1"))


def even_parity(byte):
    """The 7-bit character with its parity bit."""
    return byte | (0x80 if bin(byte).count("1") % 2 else 0)


def ntt_frame(*parameters, header=0x07, kind=0x40):
    """NTT number display: DLE SOH header DLE STX type length parameters DLE ETX CRC, even parity but for the CRC."""
    body = b""
    for number, value in parameters:
        value = value.encode("latin-1") if isinstance(value, str) else bytes(value)
        body += bytes([number, len(value)]) + value
    text = bytes([kind, len(body)]) + body
    frame = bytes([header, 0x10, 0x02]) + text.replace(b"\x10", b"\x10\x10") + bytes([0x10, 0x03])
    frame = bytes(even_parity(c) for c in frame)
    register = 0
    for byte in frame:  # x^16 + x^12 + x^5 + 1, bits as sent: least significant first
        for bit in range(8):
            feedback = (register ^ (byte >> bit)) & 1
            register = (register >> 1) ^ (0x8408 if feedback else 0)
    return bytes(even_parity(c) for c in b"\x10\x01") + frame + bytes([register & 0xFF, register >> 8])


# ---- FSK ----


def fsk_bits(message, seizure=300, marks=180, stop_bits=1.0, stuffing=0, tail=10, rng=None):
    """(bit, length in bits) pairs of a burst; `stuffing` is the largest number of marks put between characters."""
    pairs = [(i % 2, 1.0) for i in range(seizure)]
    if marks:
        pairs.append((1, float(marks)))
    for byte in message:
        pairs.append((0, 1.0))
        pairs.extend(((byte >> i) & 1, 1.0) for i in range(8))
        extra = int(rng.integers(0, stuffing + 1)) if stuffing else 0
        pairs.append((1, stop_bits + extra))
    if tail:
        pairs.append((1, float(tail)))
    return pairs


def fsk(
    message,
    standard="bell202",
    rate=8000,
    level=-15.0,
    twist=0.0,
    frequency_error=0.0,
    baud_error=0.0,
    phase=0.0,
    **framing,
):
    """A burst of phase-continuous FSK at `level` dBm0.

    twist: level of mark over level of space, dB. frequency_error and baud_error: fractions (0.01 = 1 %).
    framing: see `fsk_bits`.
    """
    pairs = fsk_bits(message, **framing)
    bits = np.array([bit for bit, _ in pairs])
    edges = np.concatenate([[0.0], np.cumsum([length for _, length in pairs])]) / (1200.0 * (1 + baud_error))
    mark, space = (tone * (1 + frequency_error) for tone in TONES[standard])
    turns = np.concatenate([[0.0], np.cumsum(np.where(bits == 1, mark, space) * np.diff(edges))])
    times = np.arange(int(edges[-1] * rate)) / rate
    now = bits[np.clip(np.searchsorted(edges, times, side="right") - 1, 0, len(bits) - 1)]
    ratio = 10 ** (twist / 40)
    wave = np.sin(2 * np.pi * np.interp(times, edges, turns) + phase) * np.where(now == 1, ratio, 1 / ratio)
    return at_level(wave, level)


# ---- DTMF ----


def dtmf(keys, rate=8000, level=-10.0, twist=0.0, frequency_error=0.0, tone_ms=70.0, pause_ms=70.0, row_error=None):
    """Keys as DTMF; `level` dBm0 is that of the stronger tone, twist is column over row in dB."""
    row_gain = amplitude(level - max(twist, 0.0))
    column_gain = amplitude(level + min(twist, 0.0))
    parts = []
    times = np.arange(int(tone_ms * rate / 1000)) / rate
    row_error = frequency_error if row_error is None else row_error
    for key in keys:
        row, column = divmod(KEYS.index(key), 4)
        wave = row_gain * np.sin(2 * np.pi * ROWS[row] * (1 + row_error) * times)
        wave += column_gain * np.sin(2 * np.pi * COLUMNS[column] * (1 + frequency_error) * times)
        parts += [wave, np.zeros(int(pause_ms * rate / 1000))]
    return np.concatenate(parts)


def tones(frequencies, seconds, level=-15.0, rate=8000):
    """The sum of steady tones, each at `level` dBm0: an alerting signal, a dial tone."""
    times = np.arange(int(seconds * rate)) / rate
    return amplitude(level) * sum(np.sin(2 * np.pi * f * times) for f in frequencies)


# ---- levels and what goes wrong ----


def amplitude(dbm0):
    """Amplitude of a sine of that level."""
    return 10 ** ((dbm0 - FULL_SCALE_DBM0) / 20)


def at_level(wave, dbm0):
    """The wave scaled so that its power is that of a sine at `dbm0`."""
    power = np.mean(wave**2)
    return wave * (amplitude(dbm0) / np.sqrt(2 * power)) if power else wave


def padded(wave, before=0.3, after=0.3, rate=8000):
    """Silence (seconds) on both sides."""
    return np.concatenate([np.zeros(int(before * rate)), wave, np.zeros(int(after * rate))])


def noise(wave, snr, power, rng, rate=8000):
    """Add white noise `snr` dB below `power` (mean square of the burst alone), counted in 0-4 kHz."""
    sigma = np.sqrt(power / 10 ** (snr / 10) * (rate / 8000))
    return wave + rng.normal(0.0, sigma, len(wave))


def hum(wave, frequency, level, rate=8000, harmonics=(1.0, 0.3, 0.1)):
    """Add mains hum; `level` dBm0 is that of the fundamental, `harmonics` the amplitudes of 1, 2, 3 times it."""
    times = np.arange(len(wave)) / rate
    gain = amplitude(level)
    for order, part in enumerate(harmonics, 1):
        wave = wave + gain * part * np.sin(2 * np.pi * frequency * order * times + order)
    return wave


def offset(wave, share):
    """Add a constant, as a share of full scale."""
    return wave + share


def clipped(wave, drive):
    """Overdrive by `drive` dB into the rails."""
    return np.clip(wave * 10 ** (drive / 20), -1.0, 1.0)


def echo(wave, delay_ms=0.5, loss=12.0, rate=8000, sign=1):
    """Add one reflection (sign -1: inverted); the delay is rounded to a sample."""
    late = int(round(delay_ms * rate / 1000))
    out = wave.copy()
    out[late:] += sign * wave[: len(wave) - late] * 10 ** (-loss / 20)
    return out


def ulaw(wave):
    """Through G.711 mu-law and back (continuous law, 8 bits)."""
    mu = 255.0
    x = np.clip(wave, -1, 1)
    code = np.round(np.sign(x) * np.log1p(mu * np.abs(x)) / np.log1p(mu) * 127)
    y = code / 127
    return np.sign(y) * np.expm1(np.abs(y) * np.log1p(mu)) / mu


def alaw(wave):
    """Through G.711 A-law and back (continuous law, 8 bits)."""
    a = 87.6
    x = np.clip(wave, -1, 1)
    size = np.abs(x)
    low = a * size / (1 + np.log(a))
    high = (1 + np.log(np.maximum(a * size, 1.0))) / (1 + np.log(a))
    code = np.round(np.where(size < 1 / a, low, high) * 127) / 127
    back_low = code * (1 + np.log(a)) / a
    back_high = np.exp(code * (1 + np.log(a)) - 1) / a
    return np.sign(x) * np.where(code < 1 / (1 + np.log(a)), back_low, back_high)


def to_int16(wave):
    """Clip and round."""
    return np.clip(np.round(wave * 32767), -32768, 32767).astype(np.int16)


# ---- things that are not caller-ID ----


def voice(seconds, rng, level=-20.0, rate=8000):
    """Speech-like sound: a gliding pitch through three wandering formants, syllables and pauses, some hiss."""
    n = int(seconds * rate)
    knots = max(int(seconds * 6), 4)
    grid = np.linspace(0, n, knots)

    def wander(low, high):
        return np.interp(np.arange(n), grid, rng.uniform(low, high, knots))

    pitch = wander(90, 260)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    formants = [(wander(250, 900), 90.0), (wander(900, 2300), 120.0), (wander(2200, 3000), 180.0)]
    wave = np.zeros(n)
    for order in range(1, 30):
        tone = order * pitch
        gain = sum(1 / (1 + ((tone - f) / width) ** 2) for f, width in formants)
        wave += np.where(tone < rate / 2 * 0.95, gain, 0.0) * np.sin(order * phase)
    syllables = np.clip(np.interp(np.arange(n), grid, rng.uniform(-0.4, 1.2, knots)), 0, 1)
    return at_level(wave * syllables + 0.02 * rng.normal(0, 1, n) * syllables, level)
