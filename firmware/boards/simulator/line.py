# SPDX-License-Identifier: Apache-2.0
"""The line between exchange, box and phone: who is connected to whom, and what the box gets to hear of it.

Stretches in which nothing happens are skipped: `Block.at` jumps forward over them. After each call the line stays for a
moment, jumps by `AFTER_CALL_S` and stays for another moment, so that whoever waits for "no more ring" finds that time
has passed. The order of a tick is: box's switches as they stand -> phone -> exchange -> block.
"""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable, Iterator

import numpy as np

from ringwarden.ports import Block

from . import signals
from .clock import SimulatedClock
from .exchange import TICK, Loop, Outcome, Tick, incoming, outgoing, silent
from .phone import Phone
from .script import CallPlan, OutgoingPlan, Scenario
from .signals import RATE, count

LEAD_S = 0.3  # of quiet line before a call
SETTLE_S = 0.3  # of quiet line after it
AFTER_CALL_S = 10.0  # skipped, then
TAIL_S = 0.1
HELD_S = 60.0  # a box or phone that stays off-hook for longer gets cut off: the next call comes all the same
BACKGROUND = RATE  # samples of noise and hum made at a time


class SimulatedLine:
    """A `ringwarden.ports.Line`. `speed` 1 is real time, 4 four times as fast, 0 as fast as it goes.

    `outcomes` grows by one when a call and the moment after it are over; `on_outcome` is called with it.
    """

    rate = RATE

    def __init__(self, scenario: Scenario, clock: SimulatedClock, speed: float = 0.0) -> None:
        self.interface = scenario.line.interface
        self.outcomes: list[Outcome] = []
        self.on_outcome: Callable[[Outcome], None] | None = None
        self.over = False  # the last block has been read
        self.through = True  # without a box that says otherwise the phone is on the line
        self._scenario = scenario
        self._clock = clock
        self._speed = speed
        self._rng = np.random.default_rng(scenario.seed)
        self._phone = Phone(np.random.default_rng([scenario.seed, 1]))
        self._loop = Loop()
        self._at = 0
        self._last = Tick()
        self._ticks = self._run()
        self._background = np.zeros(0)
        self._background_at = -1
        self._played = 0  # samples handed out, which is what pacing counts: skipped time costs nothing
        self._started = 0.0

    # -- what the box does --------------------------------------------------------------------------------------------

    async def read(self) -> Block | None:
        """The next block of 10 ms, or None when the scenario is over."""
        await self._pace()
        return self.next_block()

    def wire_phone(self, through: bool) -> None:
        """Connect the phone to the line, or hold it off."""
        self.through = bool(through)

    def seize(self, off_hook: bool) -> None:
        """Take the line, or let it go."""
        self._loop.box = bool(off_hook)

    # -- one block ----------------------------------------------------------------------------------------------------

    def next_block(self) -> Block | None:
        """`read` without waiting, for whoever paces the line himself."""
        was_off_hook, before = self._phone.off_hook, self._last
        self._phone.step(before.ringing and self.through, before.dial_tone and self.through, before.busy)
        self._loop.phone = self._phone.off_hook and self.through
        tick = next(self._ticks, None)
        if tick is None:
            self.over = True
            return None
        events = self._events(tick, before, was_off_hook)
        block = Block(self._at, events, self._samples(tick))
        self._last = tick
        self._at += TICK
        self._played += TICK
        self._clock.now = self._at
        return block

    def _events(self, tick: Tick, before: Tick, was_off_hook: bool) -> tuple[str, ...]:
        events = []
        if self._phone.off_hook != was_off_hook:
            events.append("hook_off" if self._phone.off_hook else "hook_on")
        if tick.reversal:
            events.append("reversal")
        if tick.ringing != before.ringing:
            events.append("ring_on" if tick.ringing else "ring_off")
        return tuple(events)

    def _samples(self, tick: Tick) -> array[int]:
        mix = self._background_of(self._at)
        if tick.sound is not None:
            mix = mix + tick.sound
        if self._phone.sound is not None and self.through:
            mix = mix + self._phone.sound
        samples = array("h")
        samples.frombytes(np.clip(np.rint(mix), -32768, 32767).astype("<i2").tobytes())
        return samples

    def _background_of(self, at: int) -> np.ndarray:
        """Noise and hum at this place; made a second at a time, afresh after a jump."""
        if not self._background_at <= at <= self._background_at + len(self._background) - TICK:
            plan = self._scenario.line
            self._background_at = at
            self._background = signals.noise(BACKGROUND, plan.noise_dbm0, self._rng)
            self._background += signals.hum(at, BACKGROUND, plan.hum_dbm0, plan.hum_hz)
        first = at - self._background_at
        return self._background[first : first + TICK]

    # -- the whole scenario -------------------------------------------------------------------------------------------

    def _run(self) -> Iterator[Tick]:
        """Every tick of the scenario. Jumps by setting `_at` between two ticks."""
        for index, plan in enumerate(self._scenario.happenings):
            start = count(plan.at - LEAD_S) // TICK * TICK
            self._at = max(self._at, start)
            yield from silent(LEAD_S)
            outcome = Outcome(plan, began=self._at)
            yield from self._happening(plan, outcome, np.random.default_rng([self._scenario.seed, 2, index]))
            yield from self._until_on_hook()
            outcome.ended = self._at
            outcome.rings_heard = self._phone.rings_heard if isinstance(plan, CallPlan) else 0
            yield from silent(SETTLE_S)
            self._at += count(AFTER_CALL_S)
            yield from silent(TAIL_S)
            self.outcomes.append(outcome)  # only now: what the box says up to here belongs to this call
            if self.on_outcome:
                self.on_outcome(outcome)

    def _happening(self, plan: CallPlan | OutgoingPlan, outcome: Outcome, rng: np.random.Generator) -> Iterator[Tick]:
        if isinstance(plan, CallPlan):
            self._phone.expect(plan)
            yield from incoming(plan, self._scenario.line, self._loop, outcome, rng)
            self._phone.stop_waiting()
        else:
            self._phone.dial(plan)
            yield from outgoing(plan, self._loop, outcome, lambda: self._phone.dialling)

    def _until_on_hook(self) -> Iterator[Tick]:
        for _ in range(count(HELD_S) // TICK):
            if not (self._phone.off_hook or self._loop.box):
                return
            yield Tick()

    async def _pace(self) -> None:
        """Wait until the next block is due; always let others run."""
        now = time.monotonic()
        if not self._started:
            self._started = now
        due = self._started + self._played / (RATE * self._speed) if self._speed > 0.0 else now
        await asyncio.sleep(max(0.0, due - now))
