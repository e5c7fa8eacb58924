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

_FORMAT = "<4sBBBBI16s"
_SIZE = 32
_MAGIC = b"RWB1"
_BLANK = b"\xff" * _SIZE
SECTORS = 2
WHY_MAX = 16

NORMAL, SAFE, RETRY = 0, 1, 2


def crc32(data) -> int:
    """CRC-32 of IEEE 802.3, without a table: the loader must not need the application's library."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


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
        newest = 0
        free = [0, 0]
        for number in range(SECTORS):
            row = self._flash.read(number * self._sector, self._sector)
            for at in range(0, self._sector, _SIZE):
                record = row[at : at + _SIZE]
                if record == _BLANK:
                    continue
                free[number] = at + _SIZE
                if self._take(record):
                    newest = number
        self._at = newest * self._sector + free[newest] if free[newest] < self._sector else -1
        self._newest = newest

    def _take(self, record: bytes) -> bool:
        magic, slot, tries, failed, mode, sequence, why = struct.unpack_from(_FORMAT, record, 0)
        if magic != _MAGIC or sequence <= self.sequence or slot > 1:
            return False
        if crc32(record[:-4]) != struct.unpack_from("<I", record, _SIZE - 4)[0]:
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
            self._at = other * self._sector
        why = state.why.encode()[:WHY_MAX]
        fields = (state.slot, state.tries, min(state.failed, 255), state.mode, self.sequence + 1, why)
        record = struct.pack(_FORMAT, _MAGIC, *fields)
        record += struct.pack("<I", crc32(record))
        self._flash.program(self._at, record)
        wanted = self.sequence + 1
        self.sequence = 0
        self._read()
        if self.sequence != wanted:
            raise OSError(5)  # EIO
