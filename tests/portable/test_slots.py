# SPDX-License-Identifier: Apache-2.0
"""Two slots: the newest whole list is in force, whatever was torn or went bad."""

from flash_kit import NEW, OLD, PowerCut, RamFlash, digest, fill

from ringwarden.blocklist import ListError
from ringwarden.blocklist.flash import SECTOR, FlashError, halves
from ringwarden.blocklist.slots import READY, RESERVED, WRITING, SlotError, Slots

SIZE = 4 * SECTOR
RECORDS = SECTOR  # offset of the records in each slot


def made(flash):
    """The slots on this flash as a box finds them when it starts, and the list in force."""
    slots = Slots(*halves(flash))
    return slots, slots.mount()


def code(kind, attempt):
    try:
        attempt()
    except kind as error:
        return error.code
    return None


def test_empty():
    slots, blocklist = made(RamFlash(SIZE))
    assert blocklist is None and slots.active is None
    assert slots.trouble == "empty" and not slots.unfinished


def test_first_then_second():
    flash = RamFlash(SIZE)
    slots, _ = made(flash)
    assert fill(slots, OLD, serial=7).country == "CN"
    for _ in range(2):
        assert slots.active is slots.slots[0] and slots.active.sequence == 1 and slots.active.serial == 7
        assert slots.active.digest == digest(OLD)
        slots, blocklist = made(flash)
        assert blocklist.country == "CN"
    assert fill(slots, NEW).country == "DE"
    slots, blocklist = made(flash)
    assert blocklist.country == "DE"
    assert slots.active is slots.slots[1] and slots.active.sequence == 2
    assert flash.raised == 0


def test_plain_file_on_flash():
    """A .rwl alone, without a record, is what somebody flashed: it serves until the first update."""
    flash = RamFlash(SIZE)
    flash.program(0, OLD)
    slots, blocklist = made(flash)
    assert blocklist.country == "CN" and slots.active.sequence == 0 and slots.active.digest == digest(OLD)
    fill(slots, NEW)
    slots, blocklist = made(flash)
    assert blocklist.country == "DE" and slots.active is slots.slots[1]
    flash.flip(2 * SECTOR + 5, 0)  # the update goes bad: the plain one serves again
    slots, blocklist = made(flash)
    assert blocklist.country == "CN" and slots.trouble == "fallback"


def test_plain_file_that_is_damaged():
    flash = RamFlash(SIZE)
    flash.program(0, OLD)
    flash.flip(len(OLD) - 1, 0)
    slots, blocklist = made(flash)
    assert blocklist is None and slots.trouble == "damaged"
    flash.erase(0)
    flash.program(0, OLD[:12] + b"\xff\xff\x00\x00" + OLD[16:])
    slots, blocklist = made(flash)
    assert blocklist is None


def test_what_nobody_vouched_for_is_no_list():
    """A download that was not as announced: its bytes form a list, but no record makes it one, and never will."""
    flash = RamFlash(SIZE)
    slots, _ = made(flash)
    writer = slots.begin(len(NEW), digest(OLD))
    writer.write(0, NEW)
    assert code(SlotError, writer.commit) == "differs"
    slots, blocklist = made(flash)
    assert blocklist is None and slots.unfinished and slots.trouble == "empty"
    for _ in range(70):  # the row of records fills up and is erased meanwhile
        writer = slots.begin(len(NEW), digest(OLD))
        writer.write(0, NEW)
        slots, blocklist = made(flash)
        assert blocklist is None


def test_what_nobody_vouched_for_is_no_list_after_a_cut():
    """The same while the row of records is erased: at no moment do such bytes stand in a slot without records."""
    flash = RamFlash(SIZE)
    slots, _ = made(flash)
    while slots.slots[0].free >= 3:
        writer = slots.begin(len(NEW), digest(OLD))
    writer.write(0, NEW)
    image = flash.image()
    for cut in range(4):
        for done, from_end in ((0, False), (64, False), (SECTOR - 64, True), (SECTOR - 1, False)):
            flash.load(image)
            slots, _ = made(flash)
            flash.cut_power(flash.operations + cut, done, 0, from_end)
            try:
                writer = slots.begin(len(NEW), digest(OLD))
                writer.write(0, NEW)
            except PowerCut:
                pass
            flash.restore_power()
            assert made(flash)[1] is None, (cut, done)


def test_announced_but_no_list():
    flash = RamFlash(SIZE)
    slots, _ = made(flash)
    fill(slots, OLD)
    for data, expected in ((b"x" * 200, "magic"), (NEW[:-1], "length"), (NEW[:-1] + b"\0", "checksum")):
        assert code(ListError, lambda data=data, slots=slots: fill(slots, data)) == expected
        slots, blocklist = made(flash)
        assert blocklist.country == "CN"


def test_size():
    slots, _ = made(RamFlash(SIZE))
    for length in (0, SECTOR + 1, -1):
        assert code(SlotError, lambda length=length: slots.begin(length, digest(b""))) == "size"
    writer = slots.begin(100, digest(b""))
    for offset, data in ((-1, b"x"), (100, b"x"), (99, b"xx")):
        assert code(SlotError, lambda offset=offset, data=data: writer.write(offset, data)) == "size"


def test_any_order():
    flash = RamFlash(SIZE)
    slots, _ = made(flash)
    writer = slots.begin(len(OLD), digest(OLD))
    for offset in range(len(OLD) - 1, -1, -1):
        writer.write(offset, OLD[offset : offset + 1])
    assert writer.commit().country == "CN"


def test_parking():
    """Other bytes may lie behind a list while it is written; they do not disturb it and vanish with the next one."""
    flash = RamFlash(12 * SECTOR)
    slots, _ = made(flash)
    delta = bytes(range(250)) * 17  # a sector and a bit
    for data in (OLD, NEW, OLD):
        writer = slots.begin(len(data), digest(data))
        parked = writer.park(len(delta))
        for offset in range(0, len(delta), 1000):
            parked.write(offset, delta[offset : offset + 1000])
        assert code(SlotError, lambda parked=parked: parked.write(parked.length, b"x")) == "size"
        writer.write(0, data)
        assert parked.read(0, len(delta)) == delta and parked.read(SECTOR, 3) == delta[SECTOR : SECTOR + 3]
        writer.commit()
        assert flash.raised == 0
    writer = slots.begin(3 * SECTOR + 1, digest(OLD))
    assert writer.park(SECTOR + 1) is None
    assert writer.park(SECTOR) is not None
    assert writer.park(0) is None


def test_bad_record():
    """A flipped bit in a record or in the list: the list before serves, or none."""
    flash = RamFlash(SIZE)
    slots, _ = made(flash)
    fill(slots, OLD)
    fill(slots, NEW)
    for at in (2 * SECTOR + 3, 2 * SECTOR + len(NEW) - 1, 3 * SECTOR + 64, 3 * SECTOR + 64 + 40, 3 * SECTOR + 127):
        flash.flip(at, 5)
        slots, blocklist = made(flash)
        assert blocklist.country == "CN", at
        flash.flip(at, 5)
    assert made(flash)[1].country == "DE"
    flash.flip(0, 0)
    flash.flip(2 * SECTOR, 0)
    slots, blocklist = made(flash)
    assert blocklist is None and slots.trouble == "damaged"
    fill(slots, NEW)
    slots, blocklist = made(flash)
    assert blocklist.country == "DE" and slots.active.sequence == 3 and slots.trouble == ""


def test_sequence_never_runs_backwards():
    """Damage and cuts in every order: a number is never given to two lists that were ready."""
    flash = RamFlash(SIZE)
    slots, _ = made(flash)
    given = [fill(slots, OLD) and slots.active.sequence]
    state = 12345
    for step in range(200):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        choice = (state >> 16) % 4
        if choice == 0 and slots.active:  # the list in force goes bad
            base = 0 if slots.active is slots.slots[0] else 2 * SECTOR
            flash.flip(base + 9, 1)
        if choice == 1:
            flash.cut_power(flash.operations + (state >> 20) % 5, (state >> 8) % 64)
        slots, _ = made(flash)
        try:
            fill(slots, OLD if step & 1 else NEW)
        except PowerCut:
            flash.restore_power()
            slots, _ = made(flash)
            continue
        flash.restore_power()
        assert slots.active.sequence == max(given) + 1
        given.append(slots.active.sequence)
    assert len(given) > 100 and flash.raised == 0


def test_sequence_survives_a_full_row():
    """The slot that remembers the greatest sequence is full and its list is bad: the other slot remembers instead."""
    flash = RamFlash(SIZE)
    slots, _ = made(flash)
    fill(slots, OLD)
    first, second = slots.slots
    fill(slots, NEW)
    while second.free >= 3:
        second.append(WRITING, 2, len(NEW), 0, digest(NEW))
    second.append(READY, 2, len(NEW), 0, digest(NEW))
    flash.flip(2 * SECTOR, 0)
    assert made(flash)[0].trouble == "fallback"
    for cut in range(4):
        image = flash.image()
        slots, _ = made(flash)
        flash.cut_power(flash.operations + cut)
        try:
            slots.begin(len(OLD), digest(OLD))
            raise AssertionError("there was no cut")
        except PowerCut:
            flash.restore_power()
        slots, blocklist = made(flash)
        assert blocklist.country == "CN"
        fill(slots, NEW)
        assert slots.active.sequence == 3
        flash.load(image)
    slots, _ = made(flash)
    slots.begin(len(OLD), digest(OLD))
    assert slots.slots[0].taken == 3 and slots.slots[0].kind == READY
    assert slots.slots[0].used == 3  # writing, ready, reserved
    assert RESERVED != READY


def test_full_row_refuses():
    slots, _ = made(RamFlash(SIZE))
    slot = slots.slots[0]
    for _ in range(64):
        slot.append(WRITING, 1)
    assert slot.free == 0
    assert code(FlashError, lambda: slot.append(WRITING, 1)) == "range"


def test_flash_that_does_not_keep_the_last_record():
    """Worn cells under the record: the update fails and the old list stays in force."""
    flash = RamFlash(SIZE)
    slots, _ = made(flash)
    fill(slots, OLD)
    writer = slots.begin(len(NEW), digest(NEW))
    writer.write(0, NEW)
    flash.program(3 * SECTOR + 64 + 28, bytes(4))
    assert code(SlotError, writer.commit) == "differs"
    assert made(flash)[1].country == "CN"
