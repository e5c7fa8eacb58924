# SPDX-License-Identifier: Apache-2.0
"""The relay that holds the phone off the line, kept by work alone: whatever stops working lets go.

The pin does not hold the relay; its changes do, through a charge pump. `tick` changes the pin, a thousand times a
second or so, from a timer; but only while the line's own task has fed it lately. So a processor that hangs lets go at
once, and a program that runs on without its line's task does so after `CREDIT_MS`.
"""

CREDIT_MS = 200  # the line is served every 10 ms; collecting garbage and erasing a sector of flash take less than this


class Pump:
    """`pin(level)` sets the pin; `tick` is called every `period_ms`. Nothing is held until `hold(True)` and `feed`."""

    def __init__(self, pin, period_ms: int = 1) -> None:
        self._pin = pin
        self._full = CREDIT_MS // period_ms
        self._credit = 0
        self._level = 0
        self._hold = False
        self.starved = 0  # how often the relay let go because its task was late

    @property
    def held(self) -> bool:
        """Whether the phone is held off the line at this moment."""
        return self._credit > 0

    def hold(self, on: bool) -> None:
        """Hold the phone off the line, or let go at once. `feed` must go on being called."""
        self._hold = on
        self._credit = self._full if on else 0
        if not on:
            self._set(0)

    def feed(self) -> None:
        """The line's task is alive."""
        if self._hold:
            self._credit = self._full

    def tick(self, _timer=None) -> None:
        """Change the pin once, if there is credit. Called from a timer: allocates nothing."""
        if self._credit > 0:
            self._credit -= 1
            if self._credit:
                self._set(1 - self._level)
            else:
                self.starved += 1
                self._set(0)

    def _set(self, level: int) -> None:
        if level != self._level:
            self._level = level
            self._pin(level)
