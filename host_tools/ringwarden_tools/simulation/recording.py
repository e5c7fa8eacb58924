# SPDX-License-Identifier: Apache-2.0
"""A user's own recording as the sound of an incoming line: `ringwarden simulate --audio CALL.wav`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import soxr

from ringwarden_simulator.script import CallPlan, LinePlan, Scenario
from ringwarden_tools.errors import UserError

RATE = 8000
LONGEST_S = 600.0  # of recording; the rest of a longer one would only be thrown away
WINDOW_S = 3.0  # what fits between the first ring and the second
FRAME = RATE // 50
BAND_HZ = (1100.0, 2300.0)  # mark and space of every FSK standard
EPOCH = 1772708400  # 2026-03-05 19:00 in Beijing: any fixed moment, so that a recording always gives the same journal
QUIET_DBM0 = -90.0  # the recording brings its own noise


def call_from_audio(path: str | Path, country: str = "CN", area_code: str = "") -> Scenario:
    """One call in whose silent interval, between ring 1 and ring 2, the recording is heard by a household in `country`.

    Any rate and any number of channels that `soundfile` reads (channels are averaged). Of a recording longer than
    `WINDOW_S` those seconds are taken that hold most energy between mark and space. Raises `UserError`.
    """
    path = Path(path)
    sound = _window(_read(path))
    if not np.any(sound):
        raise UserError(f"{path}: holds nothing but silence; give a recording of a line with a caller-ID burst")
    line = LinePlan(noise_dbm0=QUIET_DBM0, hum_dbm0=QUIET_DBM0)
    call = CallPlan(at=1.0, title=path.name, title_zh=path.name, rings=3, answer_after=1, audio=sound)
    return Scenario(
        title=path.name,
        title_zh=path.name,
        epoch=EPOCH,
        utc_offset=8 * 3600,
        line=line,
        happenings=(call,),
        household={"version": 1, "home": {"country": country, "area_code": area_code, "timezone_minutes": 480}},
    )


def _read(path: Path) -> np.ndarray:
    """The recording as int16 at 8 kHz, one channel."""
    try:
        with soundfile.SoundFile(path) as file:
            rate = file.samplerate
            samples = file.read(int(LONGEST_S * rate), dtype="float64", always_2d=True)
    except (soundfile.LibsndfileError, OSError, ValueError, TypeError):
        if not path.is_file():
            raise UserError(f"{path}: there is no such file; check the path of the recording") from None
        raise UserError(f"{path}: is not a sound file that can be read here; give a WAV, FLAC or AU file") from None
    if not len(samples):
        raise UserError(f"{path}: holds no samples; give a recording of a line with a caller-ID burst")
    mono = np.nan_to_num(samples.mean(axis=1))
    if rate != RATE:
        mono = soxr.resample(mono, rate, RATE)
    return np.clip(np.rint(mono * 32768.0), -32768, 32767).astype(np.int16)


def _window(samples: np.ndarray) -> np.ndarray:
    """The `WINDOW_S` that hold most energy in `BAND_HZ`, all of it when it is shorter."""
    length = int(WINDOW_S * RATE)
    if len(samples) <= length:
        return samples
    frames = len(samples) // FRAME
    spectrum = np.abs(np.fft.rfft(samples[: frames * FRAME].reshape(frames, FRAME).astype(float), axis=1)) ** 2
    hz = np.fft.rfftfreq(FRAME, 1.0 / RATE)
    band = spectrum[:, (hz >= BAND_HZ[0]) & (hz <= BAND_HZ[1])].sum(axis=1)
    # Share of the frame's energy times its square root: a loud ring beside the burst must not decide.
    weight = band / (spectrum.sum(axis=1) + 1.0) * np.sqrt(band)
    sums = np.convolve(weight, np.ones(length // FRAME), mode="valid")
    best = np.flatnonzero(sums >= sums.max() * 0.999)
    first = int(best[len(best) // 2]) * FRAME  # the middle of the places that are as good: margins at both ends
    return samples[first : first + length]
