# SPDX-License-Identifier: Apache-2.0
"""The line of this board: samples from the codec, levels from two pins, a relay and an off-hook switch."""

from array import array

from ringwarden.ports import Block
from ringwarden.relay import Pump
from ringwarden.wires import Wires

RATE = 8000
BLOCK = 80  # samples of a block: 10 ms
BLOCK_US = 10000
RAW = BLOCK * 2 * 8  # bytes: two frames for a sample, two slots of 32 bits a frame
RING_LOW, PHONE_FLOWS = 1, 2

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Sampler:
    """Called by a timer each millisecond: pumps the relay and samples the two input pins.

    The levels wait in `levels`, `count` of them, until the line's task takes them. Allocates nothing.
    """

    def __init__(self, ring, hook, pump: Pump) -> None:
        self.levels = bytearray(64)
        self.count = 0
        self._ring = ring
        self._hook = hook
        self._pump = pump

    def tick(self, _timer=None) -> None:
        """One millisecond has passed."""
        self._pump.tick()
        if self.count < 64:
            self.levels[self.count] = (0 if self._ring() else RING_LOW) | (0 if self._hook() else PHONE_FLOWS)
            self.count += 1


def halve(raw, samples) -> None:
    """Left slots of 32 bits at 16 kHz, as words of 16 bits, to samples at 8 kHz: the mean of two upper halves."""
    at = 1
    for index in range(BLOCK):
        samples[index] = (raw[at] + raw[at + 4]) >> 1
        at += 8


class EspLine:
    """A `ringwarden.ports.Line`. `audio.readinto(buffer)` waits for samples; `seize_pin(level)` takes the line."""

    rate = RATE

    def __init__(self, audio, ring, hook, relay, seize_pin, interface: str = "fsk") -> None:
        self.interface = interface
        self.pump = Pump(relay)
        self.sampler = Sampler(ring, hook, self.pump)
        self.wires = Wires()
        self.blocks = 0
        self.beat: "Any" = None  # called after each block, once the supervisor is there
        self._audio = audio
        self._seize = seize_pin
        self._buffer = bytearray(RAW)
        self._words = array("h", bytes(RAW))
        self._samples = array("h", bytes(2 * BLOCK))

    async def read(self) -> Block:
        """The next 10 ms. The same `samples` are filled anew each time."""
        view = memoryview(self._buffer)
        got = 0
        while got < RAW:
            got += await self._audio.readinto(view[got:])
        self._words[:] = array("h", self._buffer)
        halve(self._words, self._samples)
        block = Block(self.blocks * BLOCK, self._events(), self._samples)
        self.blocks += 1
        self.pump.feed()
        if self.beat:
            self.beat()
        return block

    def _events(self) -> "tuple[str, ...]":
        """What the pins told during the block: its levels, spread evenly when the timer missed some."""
        sampler, wires = self.sampler, self.wires
        count = sampler.count
        if not count:
            wires.advance(BLOCK_US)
        else:
            each = BLOCK_US // count
            for index in range(count):
                level = sampler.levels[index]
                wires.hook_input(bool(level & PHONE_FLOWS))
                wires.ring_input(bool(level & RING_LOW))
                wires.advance(each)
            sampler.count = 0
        return wires.events()

    def wire_phone(self, through: bool) -> None:
        """True: the phone is connected to the line. False: it is held off, as long as blocks are read."""
        self.pump.hold(not through)

    def seize(self, off_hook: bool) -> None:
        """True: the box takes the line. False: it lets go."""
        self._seize(1 if off_hook else 0)
