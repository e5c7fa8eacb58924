# SPDX-License-Identifier: Apache-2.0
"""Two places for a list on flash: one is in force, the other is written. Power may fail at any byte.

    slot:  list from offset 0 on ... | records, the last sector

A list stands at the beginning of its slot, so that a plain `.rwl` file can be flashed. The last sector is a row of
records of 64 bytes, each programmed once, behind the last one that is not blank:

    offset  size
    0       4     magic: RWS1
    4       1     kind: 1 writing (the list in this slot is void from here on), 2 ready, 3 a sequence is reserved
    5       3     0
    8       4     sequence: of two lists that are ready the greater one is in force
    12      4     length of the list
    16      4     serial that its publisher gave it, 0 when unknown
    20      8     0
    28      32    SHA-256 of the list
    60      4     CRC-32 of the 60 bytes before

Integers are little-endian. A record with a wrong CRC was torn and does not count. A slot holds a list when its last
record is "ready" and the list has that SHA-256, or when no record was ever written and a list with right checksums
stands there. The order of writing makes every cut harmless: "writing" before the first byte of the list is touched,
"ready" after the last byte was read back. When the row is full its sector is erased, after the first sector of the
list: bytes that nobody vouched for never stand in a slot without records. A sequence is never given twice: before a row
is erased that alone remembers the greatest, the other slot's row takes a "reserved" record.
"""

import hashlib
import struct

from ringwarden import native
from ringwarden.blocklist.errors import ListError
from ringwarden.blocklist.reader import Blocklist, stored_length

WRITING, READY, RESERVED = 1, 2, 3
PIECE = 1024  # bytes read at once when a list is checked

_RECORD = "<4sB3xIII8x32s"
_SIZE = 64
_MAGIC = b"RWS1"
_BLANK = b"\xff" * _SIZE
_SPARE = 3  # records that must be free to begin: "writing", "ready", and one that the other slot may need


class SlotError(Exception):
    """Why a list cannot be kept: `code` is "size" (it does not fit) or "differs" (what stands on flash is not what was
    announced)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__("list slot: " + code)


class Slot:
    """One slot on a flash device (`ringwarden.blocklist.flash`). `look` reads its records, `check` its list.

    `kind`, `sequence`, `length`, `serial`, `digest` are those of the last record that counts; `ready` and `taken` the
    greatest sequence of a list that was ready, and of any record. 0 and b"" where there is none.
    """

    def __init__(self, flash) -> None:
        self.flash = flash
        self.capacity = flash.size - flash.sector  # bytes for a list
        self.forget()

    def forget(self) -> None:
        """What is known of a slot that was never looked at."""
        self.kind = self.sequence = self.length = self.serial = 0
        self.digest = b""
        self.ready = self.taken = 0
        self.used = 0  # records that are not blank, those before them included

    @property
    def free(self) -> int:
        """Records that can still be written."""
        return self.flash.sector // _SIZE - self.used

    def look(self) -> None:
        """Read the records."""
        self.forget()
        for start in range(0, self.flash.sector, PIECE):
            piece = self.flash.read(self.capacity + start, PIECE)
            for at in range(0, PIECE, _SIZE):
                record = piece[at : at + _SIZE]
                if record != _BLANK:
                    self.used = (start + at) // _SIZE + 1
                    self._take(record)

    def _take(self, record: bytes) -> None:
        """One record that is not blank: it counts unless it was torn."""
        magic, kind, sequence, length, serial, digest = struct.unpack_from(_RECORD, record, 0)
        if magic != _MAGIC or native.crc32(record[:-4]) != struct.unpack_from("<I", record, _SIZE - 4)[0]:
            return
        self.taken = max(self.taken, sequence)
        if kind == READY:
            self.ready = max(self.ready, sequence)
        if kind in (WRITING, READY):
            self.kind, self.sequence, self.length, self.serial, self.digest = kind, sequence, length, serial, digest

    def append(self, kind: int, sequence: int, length: int = 0, serial: int = 0, digest: bytes = b"") -> None:
        """Program one more record. `FlashError` "range" when there is no room."""
        record = struct.pack(_RECORD, _MAGIC, kind, sequence, length, serial, digest)
        record += struct.pack("<I", native.crc32(record))
        self.flash.program(self.capacity + self.used * _SIZE, record)
        self.look()

    def holds_list(self) -> bool:
        """Whether a whole list stands here, by its SHA-256 or, where nothing was ever written, by its own checksums."""
        if self.used == 0:
            return self._holds_plain()
        if self.kind != READY or not 0 < self.length <= self.capacity:
            return False
        if sha256(self.flash.read, self.length) != self.digest:
            return False
        try:
            self.open()
        except ListError:
            return False
        return True

    def held_one(self) -> bool:
        """Whether a list stood here once: a record says so, or there are bytes where no record was ever written."""
        return self.ready > 0 or (self.used == 0 and self.flash.read(0, 16) != _BLANK[:16])

    def _holds_plain(self) -> bool:
        try:
            length = stored_length(self.flash.read(0, 16))
            if length > self.capacity:
                return False
            self.length = length
            self.open().verify()
        except ListError:
            self.length = 0
            return False
        self.digest = sha256(self.flash.read, length)
        return True

    def open(self) -> Blocklist:
        """The list here. Raises `ListError`."""
        return Blocklist(self.flash.read, self.length)


class Slots:
    """Both slots. `mount` first; then `active` is the `Slot` in force or None.

    `trouble` is "" when the newest list is in force, "fallback" when it was damaged and the one before serves,
    "damaged" when no slot holds a whole list though one did, "empty" when none ever did. `unfinished`: an update was
    cut short.
    """

    def __init__(self, first, second) -> None:
        self.slots = (Slot(first), Slot(second))
        self.active: "Slot | None" = None
        self.trouble = "empty"
        self.unfinished = False

    @property
    def capacity(self) -> int:
        """Bytes that a list may have."""
        return min([slot.capacity for slot in self.slots])

    def mount(self) -> "Blocklist | None":
        """Find the newest whole list and read all of it once. None: there is none, and every call rings."""
        for slot in self.slots:
            slot.look()
        first, second = self.slots
        order = (first, second) if first.sequence >= second.sequence else (second, first)
        self.active = None
        self.trouble = ""
        self.unfinished = WRITING in [slot.kind for slot in self.slots]
        for slot in order:
            if slot.holds_list():
                self.active = slot
                return slot.open()
            if slot.kind == READY:
                self.trouble = "fallback"
        self.trouble = "damaged" if self.trouble or any([slot.held_one() for slot in self.slots]) else "empty"
        return None

    def begin(self, length: int, digest: bytes, serial: int = 0) -> "SlotWriter":
        """Give up the slot that is not in force, to write a list with this length and SHA-256 into it.

        Raises `SlotError` "size".
        """
        if not 0 < length <= self.capacity:
            raise SlotError("size")
        target, other = self._target()
        sequence = max(target.ready + 1, other.ready + 1, target.taken, other.taken)
        if target.free < _SPARE:
            if max(other.ready + 1, other.taken) < sequence and other.free:
                other.append(RESERVED, sequence)
            target.flash.erase(0)
            target.flash.erase(target.capacity)
            target.look()
        target.append(WRITING, sequence, length, serial, digest)
        return SlotWriter(self, target)

    def _target(self) -> "tuple[Slot, Slot]":
        first, second = self.slots
        if self.active is first or (self.active is None and first.sequence > second.sequence):
            return second, first
        return first, second


class SlotWriter:
    """A list on its way into a slot: `write` every byte once, in any order, then `check`, then `commit`.

    Whoever stops before `commit` leaves a slot that holds nothing. Bytes behind the list may be used meanwhile: `park`.
    """

    def __init__(self, slots: Slots, slot: Slot) -> None:
        self._slots = slots
        self._slot = slot
        self._flash = slot.flash
        self._erased = bytearray((slot.capacity // slot.flash.sector + 7) // 8)
        self.length = slot.length

    def write(self, offset: int, data: bytes) -> None:
        """Program these bytes of the list. Raises `SlotError` "size" outside of it."""
        if offset < 0 or offset + len(data) > self.length:
            raise SlotError("size")
        self._program(offset, data)

    def read(self, offset: int, length: int) -> bytes:
        """Bytes of the list that were written before."""
        return self._flash.read(offset, length)

    def park(self, length: int) -> "Parking | None":
        """Room for `length` other bytes behind the list, None when there is not so much."""
        sector = self._flash.sector
        start = (self._slot.capacity - length) // sector * sector
        return Parking(self, start, length) if start >= self.length and length > 0 else None

    def _program(self, offset: int, data: bytes) -> None:
        """Erase a sector before its first byte is programmed, so that the pauses of erasing are spread."""
        sector = self._flash.sector
        for number in range(offset // sector, (offset + len(data) + sector - 1) // sector):
            if not self._erased[number >> 3] & 1 << (number & 7):
                self._flash.erase(number * sector)
                self._erased[number >> 3] |= 1 << (number & 7)
        self._flash.program(offset, data)

    def check(self) -> Blocklist:
        """Read everything back: the announced SHA-256, and a list whose every checksum is right.

        Raises `SlotError` "differs", or `ListError` for bytes that are as announced but no list.
        """
        if sha256(self._flash.read, self.length) != self._slot.digest:
            raise SlotError("differs")
        blocklist = self._slot.open()
        blocklist.verify()
        return blocklist

    def commit(self, suits=None) -> Blocklist:
        """`check`, ask `suits(blocklist)`, which raises when it refuses, then put the list in force.

        The one record that is programmed here is what makes it so.
        """
        blocklist = self.check()
        if suits:
            suits(blocklist)
        slot, slots = self._slot, self._slots
        slot.append(READY, slot.sequence, slot.length, slot.serial, slot.digest)
        if slot.kind != READY:  # the record does not read back as it was programmed
            raise SlotError("differs")
        slots.active = slot
        slots.trouble = ""
        slots.unfinished = False
        return blocklist


class Parking:
    """Bytes behind a list that is being written, for what is needed only until it is whole (a delta)."""

    def __init__(self, writer: SlotWriter, start: int, length: int) -> None:
        self._writer = writer
        self._start = start
        self.length = length

    def write(self, offset: int, data: bytes) -> None:
        """Each byte once. Raises `SlotError` "size" outside."""
        if offset < 0 or offset + len(data) > self.length:
            raise SlotError("size")
        self._writer._program(self._start + offset, data)

    def read(self, offset: int, length: int) -> bytes:
        """Bytes that were written before."""
        return self._writer.read(self._start + offset, length)


def sha256(read, length: int) -> bytes:
    """SHA-256 of the first `length` bytes behind `read(offset, length)`."""
    digest = hashlib.sha256()
    for offset in range(0, length, PIECE):
        digest.update(read(offset, min(PIECE, length - offset)))
    return digest.digest()
