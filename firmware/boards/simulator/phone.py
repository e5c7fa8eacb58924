# SPDX-License-Identifier: Apache-2.0
"""The household's phone and the people at it. The phone knows nothing of calls: it hears rings or it does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .script import CallPlan, OutgoingPlan
from .signals import RATE, count, dtmf, silence
from .speech import speech

TICK = RATE // 100  # samples in a step: 10 ms
RING_HEARD_S = 0.2  # a shorter stretch of ring only clinks: nobody counts it
SAME_RING_S = 1.0  # a pause that is shorter belongs to the cadence of one ring (UK: two short ones)
TO_LIFT_S = 0.6  # from the end of the ring that made up their mind until the handset is off
TO_HANG_UP_S = 0.8  # from the caller's hanging up until the handset is back
LISTEN_S = 0.6  # to the dial tone, before the first digit
GIVE_UP_S = 8.0  # without a dial tone
DIGIT_S = 0.1  # of tone, and of pause after it
VOICE_DBM0 = -20.0
DIALLING_DBM0 = -9.0


@dataclass
class _Doing:
    """What is going on, forgotten when the handset is put back. All but `digits` and `queue` count ticks."""

    digits: str = ""  # still to be dialled
    queue: np.ndarray | None = None  # samples still to be sent
    same_ring: bool = False  # the ring that is sounding, or has just sounded, is counted
    ringing: int = 0
    pause: int = 0
    lift_in: int = 0
    hang_up_in: int = 0
    busy: int = 0
    waited: int = 0
    heard_tone: int = 0


class Phone:
    """Rings only while ring voltage reaches it, is lifted after as many heard rings as the plan says, dials when told.

    `step` is called once a tick. `off_hook`, `rings_heard` and `sound` (the samples it sends in this tick, or None) may
    be read after it.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self.off_hook = False
        self.rings_heard = 0
        self.sound: np.ndarray | None = None
        self._plan: CallPlan | None = None
        self._doing = _Doing()

    @property
    def dialling(self) -> str:
        """How far an outgoing call is: "waiting" for a dial tone, "dialling", "done"; "" on-hook."""
        if not self.off_hook:
            return ""
        if not self._doing.digits:
            return "done"
        return "waiting" if self._doing.queue is None else "dialling"

    def expect(self, plan: CallPlan) -> None:
        """A call is coming: who is at home will act by this plan."""
        self._plan = plan
        self.rings_heard = 0
        self._doing = _Doing()

    def stop_waiting(self) -> None:
        """The caller has given up: whoever was on the way to the phone turns back."""
        self._plan = None
        self._doing.lift_in = 0

    def dial(self, plan: OutgoingPlan) -> None:
        """Lift the handset now, wait for a dial tone, dial, talk, hang up."""
        self._plan = None
        self._doing = _Doing(digits=plan.number, hang_up_in=_ticks(plan.talk_s))
        self.off_hook = True

    def step(self, ringing: bool, dial_tone: bool, busy: bool) -> None:
        """One tick: whether ring voltage, a dial tone, the busy tone is at the phone."""
        self.sound = None
        if not self.off_hook:
            self._count_rings(ringing)
            self._lift_when_due()
        elif self._doing.digits:
            self._dial_on(dial_tone)
        else:
            self._talk_on(busy)

    # -- on-hook ------------------------------------------------------------------------------------------------------

    def _count_rings(self, ringing: bool) -> None:
        doing = self._doing
        if ringing:
            doing.ringing += 1
            doing.pause = 0
            return
        doing.pause += 1
        if doing.ringing >= _ticks(RING_HEARD_S) and not doing.same_ring:
            doing.same_ring = True
            self.rings_heard += 1
            if self._plan and self.rings_heard == self._plan.answer_after:
                doing.lift_in = _ticks(TO_LIFT_S)
        if doing.pause >= _ticks(SAME_RING_S):
            doing.same_ring = False
        doing.ringing = 0

    def _lift_when_due(self) -> None:
        if not self._doing.lift_in or not self._plan:
            return
        self._doing.lift_in -= 1
        if self._doing.lift_in:
            return
        hello = np.concatenate([silence(0.2), speech(1.0, VOICE_DBM0, self._rng, pitch_hz=190.0)])
        hang_up_in = _ticks(self._plan.talk_s) if self._plan.hangs_up == "household" else 0
        self._doing = _Doing(queue=hello, hang_up_in=hang_up_in)
        self.off_hook = True

    # -- off-hook -----------------------------------------------------------------------------------------------------

    def _dial_on(self, dial_tone: bool) -> None:
        doing = self._doing
        if doing.queue is not None:
            if self._send():
                doing.digits = ""
            return
        doing.waited += 1
        doing.heard_tone += dial_tone
        if doing.heard_tone >= _ticks(LISTEN_S):
            doing.queue = dtmf(doing.digits, DIALLING_DBM0, DIGIT_S, DIGIT_S)
        elif doing.waited >= _ticks(GIVE_UP_S):
            self._hang_up()

    def _talk_on(self, busy: bool) -> None:
        doing = self._doing
        self._send()
        doing.busy = doing.busy + 1 if busy else 0
        if doing.hang_up_in:
            doing.hang_up_in -= 1
            if not doing.hang_up_in:
                self._hang_up()
        elif doing.busy >= _ticks(TO_HANG_UP_S):
            self._hang_up()

    def _send(self) -> bool:
        """Send the next samples of the queue. True when nothing is left."""
        queue = self._doing.queue
        if queue is None:
            return True
        part = queue[:TICK]
        self.sound = np.pad(part, (0, TICK - len(part)))
        self._doing.queue = queue[TICK:] if len(queue) > TICK else None
        return self._doing.queue is None

    def _hang_up(self) -> None:
        self.off_hook = False
        self._doing = _Doing()


def _ticks(seconds: float) -> int:
    return max(1, count(seconds) // TICK)
