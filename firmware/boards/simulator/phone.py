# SPDX-License-Identifier: Apache-2.0
"""The household's phone and the people at it. The phone knows nothing of calls: it hears rings or it does not."""

from __future__ import annotations

import numpy as np

from .script import CallPlan, OutgoingPlan
from .signals import RATE, count, dtmf, silence
from .speech import speech

TICK = RATE // 100  # samples in a step: 10 ms
RING_HEARD_S = 0.2  # a shorter stretch of ring only clinks: nobody counts it
TO_LIFT_S = 0.6  # from the end of the ring that made up their mind until the handset is off
TO_HANG_UP_S = 0.8  # from the caller's hanging up until the handset is back
LISTEN_S = 0.6  # for a dial tone, before the first digit
GIVE_UP_S = 8.0  # without a dial tone
VOICE_DBM0 = -20.0
DIALLING_DBM0 = -9.0
DIGIT_S = 0.1  # of tone, and of pause after it
SAME_RING_S = 1.0  # a pause that is shorter belongs to the cadence of one ring (UK: two short ones)


class Phone:
    """Rings only while ring voltage reaches it; is lifted after as many heard rings as the plan says; dials when told to.

    `step` is called once a tick. `off_hook`, `rings_heard` and `sound` (the samples it sends in this tick, or None) may be
    read after it.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self.off_hook = False
        self.rings_heard = 0
        self.sound: np.ndarray | None = None
        self._plan: CallPlan | None = None
        self._reset()

    @property
    def dialling(self) -> str:
        """How far an outgoing call is: "waiting" for a dial tone, "dialling", "done"; "" on-hook."""
        if not self.off_hook:
            return ""
        if not self._digits:
            return "done"
        return "waiting" if self._queue is None else "dialling"

    def expect(self, plan: CallPlan) -> None:
        """A call is coming: who is at home will act by this plan."""
        self._plan = plan
        self.rings_heard = 0
        self._reset()

    def dial(self, plan: OutgoingPlan) -> None:
        """Lift the handset now, wait for a dial tone, dial, talk, hang up."""
        self._plan = None
        self._reset()
        self._digits = plan.number
        self._talk_ticks = _ticks(plan.talk_s)
        self._lift()

    def step(self, ringing: bool, hears_tone: bool, far_end_gone: bool) -> None:
        """One tick. `ringing`: ring voltage is at the phone; `hears_tone`: a dial tone; `far_end_gone`: the busy tone."""
        self.sound = None
        if not self.off_hook:
            self._hear(ringing)
        elif self._digits:
            self._dialling(hears_tone)
        else:
            self._talking(far_end_gone)

    # -- on-hook ------------------------------------------------------------------------------------------------------

    def _hear(self, ringing: bool) -> None:
        if ringing:
            self._ring_ticks += 1
            self._pause_ticks = 0
            return
        self._pause_ticks += 1
        if self._pause_ticks == 1 and self._ring_ticks >= _ticks(RING_HEARD_S) and not self._same_ring:
            self._same_ring = True
            self.rings_heard += 1
            if self._plan and self.rings_heard == self._plan.answer_after:
                self._lift_in = _ticks(TO_LIFT_S)
        if self._pause_ticks >= _ticks(SAME_RING_S):
            self._same_ring = False
        self._ring_ticks = 0
        if self._lift_in:
            self._lift_in -= 1
            if self._lift_in == 0 and self._plan:
                self._talk_ticks = _ticks(self._plan.talk_s) if self._plan.hangs_up == "household" else 0
                self._speak(1.0)
                self._lift()

    def stop_waiting(self) -> None:
        """The caller has given up: whoever was on the way to the phone turns back."""
        self._lift_in = 0
        self._plan = None

    # -- off-hook -----------------------------------------------------------------------------------------------------

    def _dialling(self, hears_tone: bool) -> None:
        self._waited += 1
        if self._queue is None and (hears_tone or self._tone_ticks):
            self._tone_ticks += 1
            if self._tone_ticks >= _ticks(LISTEN_S):
                self._queue = dtmf(self._digits, DIALLING_DBM0, DIGIT_S, DIGIT_S)
        elif self._queue is None and self._waited >= _ticks(GIVE_UP_S):
            self._hang_up()
        if self._queue is not None:
            self._send()
            if self._queue is None:
                self._digits = ""

    def _talking(self, far_end_gone: bool) -> None:
        self._send()
        if self._talk_ticks:
            self._talk_ticks -= 1
            if self._talk_ticks == 0:
                self._hang_up()
                return
        self._gone_ticks = self._gone_ticks + 1 if far_end_gone else 0
        if self._gone_ticks >= _ticks(TO_HANG_UP_S):
            self._hang_up()

    def _speak(self, seconds: float) -> None:
        self._queue = np.concatenate([silence(0.2), speech(seconds, VOICE_DBM0, self._rng, pitch_hz=190.0)])

    def _send(self) -> None:
        if self._queue is None:
            return
        part, rest = self._queue[:TICK], self._queue[TICK:]
        self.sound = np.pad(part, (0, TICK - len(part)))
        self._queue = rest if len(rest) else None

    def _lift(self) -> None:
        self.off_hook = True
        self._ring_ticks = 0

    def _hang_up(self) -> None:
        self.off_hook = False
        self._reset()

    def _reset(self) -> None:
        self._digits = ""
        self._queue: np.ndarray | None = None
        self._same_ring = False
        self._ring_ticks = self._pause_ticks = self._lift_in = 0
        self._talk_ticks = self._gone_ticks = self._waited = self._tone_ticks = 0


def _ticks(seconds: float) -> int:
    return max(1, count(seconds) // TICK)
