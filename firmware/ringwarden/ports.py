# SPDX-License-Identifier: Apache-2.0
"""What a board must offer. Duck-typed: these classes say what is called and with what; nothing need inherit them."""


class Block:
    """The next stretch of line.

    `at` is the index of the first sample on the line's clock (samples since the board started; a jump forward means
    that samples were lost or skipped). `events` is a tuple of what happened on the wires during the block, in order:
    "ring_on", "ring_off", "reversal", "hook_off", "hook_on" (the hook is the household's phone). `samples` is an
    `array("h")` at `Line.rate`, usually 10 ms.
    """

    __slots__ = ("at", "events", "samples")

    def __init__(self, at, events, samples):
        self.at = at
        self.events = events
        self.samples = samples


class Line:
    """The wires. When nothing drives it, or the box has no power, the phone is wired straight to the line."""

    rate = 8000  # samples a second, 8000 or 16000
    interface = "fsk"  # how this line is expected to send caller-ID: "fsk", "dtmf"

    async def read(self):
        """The next `Block`, or None when the line is gone for good."""
        raise NotImplementedError

    def wire_phone(self, through):
        """True: the phone is connected to the line (the state without power). False: the phone is held off."""
        raise NotImplementedError

    def seize(self, off_hook):
        """True: the box itself takes the line (off-hook). False: it lets go (on-hook)."""
        raise NotImplementedError


class Clock:
    """Time, handed to the core so that it never asks for it."""

    def epoch(self):
        """Seconds since 1970 UTC, or 0 when the clock was never set."""
        raise NotImplementedError

    def ticks_us(self):
        """Microseconds of a monotonic clock, for measuring only: never stored."""
        raise NotImplementedError


class Store:
    """A journal's lines, oldest first."""

    def append(self, line):
        """Keep one line of text (no line feed inside); it is on the medium when this returns."""
        raise NotImplementedError

    def lines(self):
        """Iterate over the stored lines."""
        raise NotImplementedError
