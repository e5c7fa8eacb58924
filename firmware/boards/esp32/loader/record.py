# SPDX-License-Identifier: Apache-2.0
"""What the box knows of its own boots, in two raw sectors of flash. Power may fail at any byte (portable).

The sectors are rows of records of 32 bytes, each programmed once; the whole state stands in every record, and the one
with the greatest sequence counts:

    offset  size
    0       4     magic: RWB1
    4       1     slot of the application: 0 or 1
    5       1     0: the application there is trusted; else one more than the boots in which it may still come up
    6       1     boots since the box last came up
    7       1     mode of this boot: 0 normal, 1 safe; 2: safe mode asks for one boot in full
    8       4     sequence
    12      16    why the last boot failed, ASCII, padded with zero bytes
    28      4     CRC-32 of the 28 bytes before

Integers are little-endian. A record with a wrong CRC was torn: the one before it counts. The sector without the newest
record is erased only when the other one is full, so that a state is always left.
"""

import struct
from binascii import crc32

_FORMAT = "<4sBBBBI16s"
_SIZE = 32
_MAGIC = b"RWB1"
_BLANK = b"\xff" * _SIZE
_PIECE = 512  # bytes read at once
SECTORS = 2
WHY_MAX = 16

NORMAL, SAFE, RETRY = 0, 1, 2


class State:
    """The fields of a record. A box that never booted: slot 0, trusted, nothing failed."""

    def __init__(self, slot: int = 0, tries: int = 0, failed: int = 0, mode: int = NORMAL, why: str = "") -> None:
        self.slot = slot
        self.tries = tries
        self.failed = failed
        self.mode = mode
        self.why = why


class BootRecord:
    """`flash` is a device of two sectors (`read`, `erase`, `program`). `state` is the newest one."""

    def __init__(self, flash) -> None:
        self._flash = flash
        self._sector = flash.sector
        self.state = State()
        self.sequence = 0
        self._at = -1  # where the next record goes
        self._read()

    def _read(self) -> None:
        free = [0, 0]
        found = []
        for start in range(0, SECTORS * self._sector, _PIECE):
            piece = self._flash.read(start, _PIECE)
            for at in range(0, _PIECE, _SIZE):
                record = piece[at : at + _SIZE]
                if record != _BLANK:
                    free[start // self._sector] = (start + at) % self._sector + _SIZE
                if record[:4] == _MAGIC:
                    found.append((struct.unpack_from("<I", record, 8)[0], start + at))
        found.sort()
        newest = 0
        while found:
            at = found.pop()[1]
            if self._take(self._flash.read(at, _SIZE)):
                newest = at // self._sector
                break
        self._newest = newest
        self._at = newest * self._sector + free[newest] if free[newest] < self._sector else -1

    def _take(self, record: bytes) -> bool:
        _, slot, tries, failed, mode, sequence, why = struct.unpack_from(_FORMAT, record, 0)
        if slot > 1 or crc32(record[:-4]) != struct.unpack_from("<I", record, _SIZE - 4)[0]:
            return False
        self.sequence = sequence
        text = "".join([chr(byte) for byte in why if 32 <= byte < 127])
        self.state = State(slot, tries, failed, mode, text)
        return True

    def write(self, state: State) -> None:
        """Make this the state; it is on the medium when this returns. OSError when the flash does not keep it."""
        if self._at < 0:
            other = 1 - self._newest
            self._flash.erase(other * self._sector)
            self._newest = other
            self._at = other * self._sector
        why = state.why.encode()[:WHY_MAX]
        fields = (state.slot, state.tries, min(state.failed, 255), state.mode, self.sequence + 1, why)
        record = struct.pack(_FORMAT, _MAGIC, *fields)
        record += struct.pack("<I", crc32(record))
        at = self._at
        self._at = at + _SIZE if (at + _SIZE) % self._sector else -1
        self._flash.program(at, record)
        if self._flash.read(at, _SIZE) != record:
            raise OSError(5)  # EIO: the record before stays in force
        self._take(record)
