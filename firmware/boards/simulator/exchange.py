# SPDX-License-Identifier: Apache-2.0
"""The exchange's side of one call, tick by tick: what it puts on the line, and what makes it stop.

A run is a generator of `Tick`s of 10 ms. It looks at one thing of the subscriber's side, whether the loop is closed (a
phone that is connected, or the box, is off-hook), and writes down in its `Outcome` what came of the call.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from . import signals
from .caller_id import Announcement, announcement
from .script import CallPlan, LinePlan, OutgoingPlan
from .signals import RATE, count
from .speech import speech

TICK = RATE // 100
VOICE_DBM0 = -20.0
TONE_DBM0 = -18.0

# Ring cadences in seconds, on and off in turn, over and over. China: 1 s on, 4 s off; UK: two short rings, 2 s off.
CADENCES = {"china": (1.0, 4.0), "uk": (0.4, 0.2, 0.4, 2.0)}
AFTER_RING_S = 0.6  # GR-30-CORE: data begins at least 500 ms after the first ring
REVERSAL_TO_DATA_S = 0.2  # EN 300 659-1: at least 100 ms
DATA_TO_RING_S = 0.3  # EN 300 659-1: 200 to 500 ms
GIVES_UP_S = 1.2  # from the end of the last ring, if nobody answers
PATIENCE_S = 8.0  # how long a caller at least stays with a box that has taken the call
SETTLED_S = 0.1  # silence around a conversation
CLEARED_S = 0.2  # an open loop for so long is a hang-up
DIAL_TONE_S = 15.0  # then the exchange has no patience left
BUSY_S = 30.0  # of busy tone, then the line is dead for whoever still holds it


class Tick(NamedTuple):
    """10 ms of the exchange: is ring voltage on, did the wires swap, which sound (80 samples or None)."""

    ringing: bool = False
    reversal: bool = False
    sound: np.ndarray | None = None
    dial_tone: bool = False
    busy: bool = False


QUIET = Tick()


@dataclass
class Outcome:
    """What became of a call, as the exchange and the phone saw it."""

    plan: CallPlan | OutgoingPlan
    began: int = 0  # sample of the line's clock
    ended: int = 0
    rings_sent: int = 0
    rings_heard: int = 0  # by the household
    answered_by: str = ""  # "phone", "box" or ""
    ended_by: str = ""  # "caller", "household", "box"; "no_line" when an outgoing call got no dial tone


class Loop:
    """The subscriber's side as the exchange feels it."""

    def __init__(self) -> None:
        self.phone = False  # a connected phone is off-hook
        self.box = False

    def closed(self) -> bool:
        """Current flows."""
        return self.phone or self.box


def silent(seconds: float) -> Iterator[Tick]:
    """Nothing on the line."""
    for _ in range(count(seconds) // TICK):
        yield QUIET


def incoming(plan: CallPlan, line: LinePlan, loop: Loop, outcome: Outcome, rng: np.random.Generator) -> Iterator[Tick]:
    """Announce a call, ring, and stop as soon as somebody takes it or the caller has had enough."""
    for tick in _alerting(plan, line, outcome, rng):
        if loop.closed():
            break
        yield tick
    if not loop.closed():
        outcome.ended_by = "caller"
        return
    outcome.answered_by = "box" if loop.box else "phone"
    if outcome.answered_by == "box":
        yield from _conversation(max(plan.talk_s, PATIENCE_S), True, loop, outcome, rng)
    else:
        yield from _conversation(plan.talk_s, plan.hangs_up == "caller", loop, outcome, rng)


def outgoing(plan: OutgoingPlan, loop: Loop, outcome: Outcome, dialling: Callable[[], str]) -> Iterator[Tick]:
    """Serve a household that calls out: dial tone until the first digit, silence until the last, ring-back.

    `dialling` says how far the phone is: "waiting", "dialling", "done", or "" when it is on-hook.
    """
    while not loop.closed():
        if not dialling():
            outcome.ended_by = "no_line"
            return
        yield QUIET
    tone = iter(_cut(signals.dial_tone(DIAL_TONE_S, TONE_DBM0)))
    while loop.closed() and dialling() != "done":
        sound = next(tone, None) if dialling() == "waiting" else None
        yield Tick(sound=sound, dial_tone=sound is not None)
    for sound in _cut(signals.ring_back(plan.talk_s + BUSY_S, TONE_DBM0)):
        if not loop.closed():
            break
        yield Tick(sound=sound)
    outcome.ended_by = "household"


# -- before somebody answers ------------------------------------------------------------------------------------------


def _alerting(plan: CallPlan, line: LinePlan, outcome: Outcome, rng: np.random.Generator) -> Iterator[Tick]:
    told = announcement(plan, line, rng)
    if told.before_ring:
        yield from _before_ring(told)
    residue = line.ring_residue_dbm0
    for ring in range(plan.rings):
        last = ring == plan.rings - 1
        yield from _ring(CADENCES[line.style], residue, outcome)
        pause = CADENCES[line.style][-1]
        if ring == 0 and not told.before_ring and len(told.sound):
            yield from silent(AFTER_RING_S)
            yield from _sound(told.sound)
            pause = max(pause - AFTER_RING_S - len(told.sound) / RATE, 0.4)
        yield from silent(min(pause, GIVES_UP_S) if last else pause)


def _before_ring(told: Announcement) -> Iterator[Tick]:
    if told.reversal:
        yield from _clicking(Tick(reversal=True))
        yield from silent(REVERSAL_TO_DATA_S)
    yield from _sound(told.sound)
    yield from silent(DATA_TO_RING_S)


def _ring(cadence: tuple[float, ...], residue_dbm0: float, outcome: Outcome) -> Iterator[Tick]:
    """One ring: every on-phase of the cadence with the short pauses between, without the long pause after."""
    outcome.rings_sent += 1
    for index, seconds in enumerate(cadence[:-1]):
        if index % 2 == 0:
            for sound in _cut(signals.ring_residue(seconds, residue_dbm0)):
                yield Tick(ringing=True, sound=sound)
        else:
            yield from silent(seconds)
    yield from _clicking(QUIET, residue_dbm0)


def _clicking(first: Tick, dbm0: float = -6.0) -> Iterator[Tick]:
    for index, sound in enumerate(_cut(signals.click(dbm0))):
        yield first._replace(sound=sound) if index == 0 else Tick(sound=sound)


# -- after ------------------------------------------------------------------------------------------------------------


def _conversation(
    talk_s: float, caller_ends: bool, loop: Loop, outcome: Outcome, rng: np.random.Generator
) -> Iterator[Tick]:
    """The caller speaks until the talk is over, then hears or gives the busy tone; an open loop ends all of it."""
    settle = signals.silence(SETTLED_S)
    talk = _cut(np.concatenate([settle, speech(talk_s if caller_ends else talk_s + 10.0, VOICE_DBM0, rng), settle]))
    for sound in talk:
        if (yield from _cleared(loop)):
            outcome.ended_by = outcome.answered_by if outcome.answered_by == "box" else "household"
            return
        yield Tick(sound=sound)
    outcome.ended_by = "caller"
    for sound in _cut(signals.busy(BUSY_S, TONE_DBM0)):
        if (yield from _cleared(loop)):
            return
        yield Tick(sound=sound, busy=True)


def _cleared(loop: Loop) -> Generator[Tick, None, bool]:
    """Returns True when the loop stays open long enough for a hang-up; a shorter break (a hand-over) is no hang-up."""
    for _ in range(count(CLEARED_S) // TICK):
        if loop.closed():
            return False
        yield QUIET
    return True


def _sound(samples: np.ndarray) -> Iterator[Tick]:
    for sound in _cut(samples):
        yield Tick(sound=sound)


def _cut(samples: np.ndarray) -> list[np.ndarray]:
    """Samples in ticks, the last one padded with silence."""
    padded = np.pad(samples, (0, -len(samples) % TICK))
    return list(padded.reshape(-1, TICK))
