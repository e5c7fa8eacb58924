# SPDX-License-Identifier: Apache-2.0
"""What a box starts after a reset: the record of its boots, whatever byte the power failed at, and the choice."""

from flash_kit import PowerCut, RamFlash

from ringwarden_loader import choice
from ringwarden_loader.record import NORMAL, SAFE, BootRecord, State

SECTOR = 4096


def same(one, other):
    fields = ("slot", "tries", "failed", "mode", "why")
    return [getattr(one, name) for name in fields] == [getattr(other, name) for name in fields]


def test_a_box_that_never_booted():
    for image in (b"\xff", b"\x00", b"\x5a"):
        flash = RamFlash(2 * SECTOR)
        flash.load(image * (2 * SECTOR))
        record = BootRecord(flash)
        assert same(record.state, State()) and record.sequence == 0
        record.write(State(1, 2, 3, SAFE, "line"))
        assert same(BootRecord(flash).state, State(1, 2, 3, SAFE, "line"))
        assert flash.raised == 0


def test_long_life():
    """Two rows of 128 records: the newest is found at every fill, and each row is erased in its turn."""
    flash = RamFlash(2 * SECTOR)
    erased = []
    record = BootRecord(flash)
    for number in range(600):
        flash.trace = []
        record.write(State(number & 1, 0, number & 255, NORMAL, "n{}".format(number)))
        erased += [offset for kind, offset, _ in flash.trace if kind == "erase"]
        if number % 37 == 0 or number % 128 in (126, 127, 0, 1):
            record = BootRecord(flash)
        assert record.state.why == "n{}".format(number), number
    assert record.sequence == 600 and flash.raised == 0
    assert erased == [SECTOR, 0, SECTOR, 0]


def filled(records):
    flash = RamFlash(2 * SECTOR)
    record = BootRecord(flash)
    for number in range(records):
        record.write(State(0, 0, number & 7, NORMAL, "old"))
    return flash


def test_power_fails_in_every_byte():
    """Of a plain write, and of one that erases the other row: the old state or the new one, and writing goes on."""
    old, new, torn_bytes = State(0, 0, 0, NORMAL, "old"), State(1, 3, 0, NORMAL, "new"), 0
    for records in (1, 128, 256):
        base = filled(records)
        image, begun = base.image(), base.operations
        old.failed = (records - 1) & 7
        for operation, length in ((0, 32),) if records == 1 else ((0, SECTOR), (1, 32)):
            for done in range(0, length + 1, 1 if length == 32 else 257):
                for from_end in (False, True):
                    flash = RamFlash(2 * SECTOR)
                    flash.load(image)
                    flash.cut_power(operation, done, 0x0F, from_end)
                    try:
                        BootRecord(flash).write(new)
                        raise AssertionError("the power did not fail")
                    except PowerCut:
                        flash.restore_power()
                    torn_bytes += 1
                    record = BootRecord(flash)
                    assert same(record.state, old) or same(record.state, new), (records, operation, done, from_end)
                    record.write(new)
                    assert same(BootRecord(flash).state, new), (records, operation, done, from_end)
                    assert flash.raised == 0
        assert begun >= records
    assert torn_bytes == 2 * (33 + 2 * (16 + 33))


def test_a_flash_that_keeps_nothing():
    class Dead(RamFlash):
        def program(self, offset, data):
            pass

    try:
        BootRecord(Dead(2 * SECTOR)).write(State())
        raise AssertionError("not noticed")
    except OSError:
        pass


# Each box begins as said; B is a boot that fails, U one that comes up, R safe mode's asking for one in full, T an
# update to the other slot. Behind it for each boot its slot and n (normal) or s (safe).
LIVES = (
    ("a good box", 0, "UUUU", "0n 0n 0n 0n"),
    ("fails now and then", 0, "BBUBBUBBU", "0n 0n 0n 0n 0n 0n 0n 0n 0n"),
    ("three in a row: safe mode, for good", 0, "BBBBBB", "0n 0n 0n 0s 0s 0s"),
    ("safe mode, then well again", 0, "BBBBRUBU", "0n 0n 0n 0s 0n 0n 0n"),
    ("safe mode, then in vain", 0, "BBBBRBBRBB", "0n 0n 0n 0s 0n 0s 0n 0s"),
    ("an update that comes up", 0, "UTUUBBU", "0n 1n 1n 1n 1n 1n"),
    ("an update that comes up the second time", 0, "UTBUU", "0n 1n 1n 1n"),
    ("an update that does not", 0, "UTBBUU", "0n 1n 1n 0n 0n"),
    ("the same from the other slot", 1, "UTBBUU", "1n 0n 0n 1n 1n"),
    ("an update that came up and fails later", 0, "UTUBBBB", "0n 1n 1n 1n 1n 1s"),
    ("neither is any good", 0, "TBBBBBB", "1n 1n 0n 0n 0n 0s"),
    ("an update ends safe mode", 0, "BBBBTUU", "0n 0n 0n 0s 1n 1n"),
    ("an update from safe mode that fails too", 0, "BBBBTBBBBB", "0n 0n 0n 0s 1n 1n 0n 0n 0n"),
)


def test_lives():
    for name, slot, story, expected in LIVES:
        state, told = State(slot), []
        for step in story:
            if step == "T":
                state = choice.chosen(1 - state.slot)
            elif step == "R":
                state = choice.retry(state)
            else:
                state = choice.boot(state)
                told.append("{}{}".format(state.slot, "s" if state.mode == SAFE else "n"))
                if step == "U":
                    assert state.mode == NORMAL, name
                    state = choice.came_up(state)
        assert " ".join(told) == expected, (name, " ".join(told))


def test_a_slot_with_nothing_in_it():
    state = choice.missing(choice.boot(choice.chosen(1)), "mount")
    assert same(state, State(0, 0, 0, NORMAL, "mount"))
    state = State(0)
    modes = []
    for _ in range(4):  # neither slot: safe mode comes all the same
        state = choice.missing(choice.boot(state), "import")
        modes.append(state.mode)
    assert modes == [NORMAL, NORMAL, NORMAL, SAFE]


def test_safe_mode_lasts_longer_each_time():
    assert [choice.retry_minutes(State(0, 0, failed)) for failed in (3, 4, 5, 9, 10, 255)] == [
        15, 30, 60, 960, 1440, 1440,
    ]  # fmt: skip
