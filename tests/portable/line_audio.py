# SPDX-License-Identifier: Apache-2.0
"""A small caller-ID modulator and a scripted line, in the portable subset, for tests that run on both interpreters."""

import math
from array import array

from ringwarden.ports import Block

RATE = 8000
BLOCK = 80


def mdmf(*parameters) -> bytes:
    """An MDMF call-setup message with its checksum, from (type, value) pairs (GR-30-CORE)."""
    body = b"".join([bytes([kind, len(value)]) + value for kind, value in parameters])
    message = bytes([0x80, len(body)]) + body
    return message + bytes([-sum(message) & 0xFF])


def fsk(message: bytes, mark: int = 1200, space: int = 2200, amplitude: int = 4000) -> array:
    """Bell 202 (or other tones) at 1200 baud with channel seizure and mark, int16 at 8 kHz."""
    bits = [0, 1] * 150 + [1] * 80
    for byte in message:
        bits += [0] + [byte >> shift & 1 for shift in range(8)] + [1]
    samples = array("h")
    phase = 0.0
    for index in range(len(bits) * RATE // 1200):
        samples.append(int(amplitude * math.sin(phase)))
        phase += 2 * math.pi * (mark if bits[min(index * 1200 // RATE, len(bits) - 1)] else space) / RATE
    return samples


class ScriptedLine:
    """A `ringwarden.ports.Line` that plays a script (events, samples, milliseconds) and notes what was done to it."""

    rate = RATE
    interface = "fsk"

    def __init__(self, script: list) -> None:
        self.through = True
        self.log: "list[tuple[int, str]]" = []
        self.blocks = _blocks(script)
        self.now = 0

    async def read(self):
        """The next block, or None at the end of the script."""
        for block in self.blocks:
            self.now = block.at
            return block
        return None

    def wire_phone(self, through: bool) -> None:
        """Note a change of the relay."""
        if through != self.through:
            self.log.append((self.now * 1000 // RATE, "through" if through else "off"))
        self.through = through

    def seize(self, off_hook: bool) -> None:
        """Note that the box takes or releases the line."""
        self.log.append((self.now * 1000 // RATE, "seize" if off_hook else "release"))


def _blocks(script: list):
    at = 0
    events: "list[str]" = []
    for item in script:
        if isinstance(item, str):
            events.append(item)
            continue
        # Silence is cut block by block: a minute of it at once would not fit in a box.
        length = item * RATE // 1000 if isinstance(item, int) else len(item)
        for start in range(0, length, BLOCK):
            size = min(BLOCK, length - start)
            chunk = array("h", bytes(2 * size)) if isinstance(item, int) else item[start : start + size]
            yield Block(at, tuple(events), chunk)
            events = []
            at += len(chunk)
    if events:
        yield Block(at, tuple(events), array("h"))


class Board:
    """A board around a scripted line: a clock that follows the line, a store in memory."""

    name = "scripted"

    def __init__(self, script: list, epoch: int = 0) -> None:
        self.line = ScriptedLine(script)
        self.clock = self
        self.store = self
        self.kept: "list[str]" = []
        self._epoch = epoch

    def epoch(self) -> int:
        """Seconds since 1970, as the line's time goes by."""
        return self._epoch + self.line.now // RATE if self._epoch else 0

    def ticks_us(self) -> int:
        """A clock that stands still: these tests measure nothing."""
        return 0

    def append(self, line: str) -> None:
        """Keep a journal line."""
        self.kept.append(line)

    def lines(self):
        """The journal lines kept."""
        return self.kept
