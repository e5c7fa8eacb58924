# SPDX-License-Identifier: Apache-2.0
"""How a call is announced: which sound carries the caller-ID, and whether it comes before the first ring or after."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from . import fsk, message, signals
from .script import CallPlan, LinePlan

CUT_AT = 0.62  # of a broken burst's message, the part that still arrives
CRACKLE_S = 0.05
GUARD_S = 0.08  # between tone alert and seizure (EN 300 659-1: at least 45 ms)


class Announcement(NamedTuple):
    """`sound` comes before the first ring (after a reversal of the wires, if so) or in the silence after it."""

    sound: np.ndarray
    before_ring: bool
    reversal: bool


def announcement(plan: CallPlan, line: LinePlan, rng: np.random.Generator) -> Announcement:
    """What the exchange sends for this call; an empty sound where caller-ID is "none"."""
    if plan.audio is not None:
        return Announcement(plan.audio.astype(np.float64), False, False)
    if plan.caller_id == "none":
        return Announcement(signals.silence(0), False, False)
    if plan.caller_id == "dtmf":
        keys = message.dtmf_keys(plan.number, plan.absence, line.dtmf_start, line.dtmf_end)
        return Announcement(signals.dtmf(keys, line.level_dbm0, twist_db=line.twist_db), True, line.reversal)
    sound = _burst(plan, line)
    if plan.caller_id == "broken":
        sound = _broken(sound, line.level_dbm0, rng)
    if line.style == "uk":
        alert = signals.tone_alert(line.level_dbm0)
        return Announcement(np.concatenate([alert, signals.silence(GUARD_S), sound]), True, True)
    return Announcement(sound, False, False)


def frame(plan: CallPlan) -> bytes:
    """The message for this call, its checksum spoiled when the plan says so."""
    if plan.format == "sdmf":
        data = message.sdmf(plan.datetime, plan.number, plan.absence)
    else:
        data = message.mdmf(plan.datetime, plan.number, plan.absence, plan.name, plan.absence)
    return message.spoiled(data) if plan.caller_id == "bad_checksum" else data


def _burst(plan: CallPlan, line: LinePlan) -> np.ndarray:
    return fsk.modulate(frame(plan), plan.standard, line.level_dbm0, stop_bits=line.stop_bits, twist_db=line.twist_db)


def _broken(sound: np.ndarray, dbm0: float, rng: np.random.Generator) -> np.ndarray:
    """The burst as it arrives over a bad joint: a crackle in the middle of the message, then nothing."""
    preamble = signals.count((fsk.SEIZURE_BITS + fsk.MARK_BITS) / fsk.BAUD)
    whole = sound[: preamble + int((len(sound) - preamble) * CUT_AT)]
    crackle = signals.noise(signals.count(CRACKLE_S), dbm0 + 3.0, rng)
    return np.concatenate([whole, crackle])
