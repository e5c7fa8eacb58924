# SPDX-License-Identifier: Apache-2.0
"""A line that comes through a pipe (portable): the appliance's side of a lock-step talk with an exchange elsewhere.

The exchange starts with one line of JSON, the set-up. Then, for every block, the appliance asks and is answered:

    to the exchange     "N"                     the next block, please
                        "P" u8, "S" u8          wire_phone, seize: 1 or 0
                        "J" u32, bytes          a call's record has changed: JSON
    from the exchange   "B" u64 u64 u8 u16      at, epoch, events (their number), samples (their number),
                            u8..., i16...       events as indexes of `EVENTS`, samples
                        "E"                     the line is gone

All integers are little-endian. Commands act before the block that is asked for after them, as on the line itself.
"""

import asyncio
import json
import struct
import time
from array import array

from ringwarden.ports import Block

TYPE_CHECKING = False  # a type checker takes it for True; MicroPython has no typing
if TYPE_CHECKING:
    from typing import Any, BinaryIO

EVENTS = ("ring_on", "ring_off", "reversal", "hook_off", "hook_on")
HEADER = "<QQBH"
HEADER_SIZE = 19
NEXT, PHONE, SEIZE, RECORD = b"N", b"P", b"S", b"J"
BLOCK, END = b"B", b"E"


class PipeLine:
    """A `ringwarden.ports.Line` over two binary streams."""

    rate = 8000

    def __init__(self, incoming: "BinaryIO", outgoing: "BinaryIO", clock: "PipeClock", interface: str = "fsk") -> None:
        self._in = incoming
        self._out = outgoing
        self._clock = clock
        self.interface = interface

    async def read(self) -> "Block | None":
        """The next block. EOFError when the exchange breaks off in the middle of one."""
        await asyncio.sleep(0)
        self._out.write(NEXT)
        self._out.flush()
        kind = self._in.read(1)
        if kind == END or not kind:
            return None
        if kind != BLOCK:
            raise ValueError("the exchange sent neither a block nor the end")
        at, epoch, n_events, n_samples = struct.unpack(HEADER, self._exactly(HEADER_SIZE))
        events = tuple([EVENTS[index] for index in self._exactly(n_events)])
        samples = array("h", self._exactly(2 * n_samples))
        self._clock.now = epoch
        return Block(at, events, samples)

    def wire_phone(self, through: bool) -> None:
        """Connect the phone to the line, or hold it off."""
        self._out.write(PHONE + (b"\1" if through else b"\0"))

    def seize(self, off_hook: bool) -> None:
        """Take the line, or let it go."""
        self._out.write(SEIZE + (b"\1" if off_hook else b"\0"))

    def tell(self, record: dict) -> None:
        """Show a call's record to whoever watches the exchange."""
        data = json.dumps(record).encode()
        self._out.write(RECORD + struct.pack("<I", len(data)) + data)

    def _exactly(self, n: int) -> bytes:
        data = self._in.read(n) if n else b""
        if len(data) != n:
            raise EOFError("the exchange broke off in the middle of a block")
        return data


class PipeClock:
    """The exchange's time."""

    def __init__(self) -> None:
        self.now = 0
        self._ticks = 0
        self._last = self._raw()

    def epoch(self) -> int:
        """Seconds since 1970 UTC, as of the last block."""
        return self.now

    def ticks_us(self) -> int:
        """Microseconds of this machine, monotonic. MicroPython's counter wraps: here it is unrolled."""
        raw = self._raw()
        self._ticks += time.ticks_diff(raw, self._last) if hasattr(time, "ticks_diff") else raw - self._last
        self._last = raw
        return self._ticks

    def _raw(self) -> int:
        return time.ticks_us() if hasattr(time, "ticks_us") else time.perf_counter_ns() // 1000


class PipeBoard:
    """The board an appliance gets when its line comes through a pipe."""

    name = "simulator"

    def __init__(self, incoming: "BinaryIO", outgoing: "BinaryIO", store: "Any", interface: str = "fsk") -> None:
        self.clock = PipeClock()
        self.line = PipeLine(incoming, outgoing, self.clock, interface)
        self.store = store
