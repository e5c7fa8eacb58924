# SPDX-License-Identifier: Apache-2.0
"""The scenario's time: it starts when the scenario says and goes with the line's samples, not the machine's time."""

from __future__ import annotations

import time

from .signals import RATE


class SimulatedClock:
    """`epoch` follows the last block that was read, so it is the same on every machine and at every speed."""

    def __init__(self, start: int) -> None:
        self.start = start  # seconds since 1970 UTC
        self.now = 0  # sample of the line's clock: one past the last block read

    def epoch(self) -> int:
        """Seconds since 1970 UTC."""
        return self.start + self.now // RATE

    def ticks_us(self) -> int:
        """Microseconds of the machine's monotonic clock: latencies are measured, not simulated."""
        return time.perf_counter_ns() // 1000
