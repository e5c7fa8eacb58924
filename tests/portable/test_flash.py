# SPDX-License-Identifier: Apache-2.0
"""The simulated flash is as hard on its users as real flash, and fails as told."""

import os

from flash_kit import FileFlash, PowerCut, RamFlash, Refused

from ringwarden.blocklist.flash import SECTOR, FlashError, Region, halves


def refused(kind, attempt):
    try:
        attempt()
    except kind:
        return True
    return False


def cut(flash, attempt):
    """Whether the power fails in `attempt`; it is back afterwards."""
    try:
        attempt()
    except PowerCut:
        flash.restore_power()
        return True
    return False


def test_program_only_clears():
    flash = RamFlash(SECTOR)
    flash.program(10, b"\xf0\x0f")
    assert flash.raised == 0
    flash.program(10, b"\x3c\xff")
    assert flash.read(9, 4) == b"\xff\x30\x0f\xff"
    assert flash.raised == 2 + 4
    flash.erase(0)
    assert flash.read(0, SECTOR) == b"\xff" * SECTOR
    assert flash.operations == 3


def test_outside_is_refused():
    flash = RamFlash(2 * SECTOR)
    for attempt in (
        lambda: flash.read(2 * SECTOR - 1, 2),
        lambda: flash.program(-1, b"x"),
        lambda: flash.erase(1),
        lambda: flash.erase(2 * SECTOR),
        lambda: RamFlash(SECTOR + 1),
        lambda: flash.load(b"x"),
    ):
        assert refused(Refused, attempt)
    assert flash.operations == 0


def test_torn_program():
    flash = RamFlash(SECTOR)
    for done, mask, from_end, left in (
        (0, 0, False, b"\xff\xff\xff"),
        (1, 0, False, b"\x11\xff\xff"),
        (1, 0x0F, False, b"\x11\xf2\xff"),
        (2, 0, True, b"\xff\x22\x33"),
        (2, 0xF0, True, b"\x1f\x22\x33"),
        (3, 0xFF, False, b"\x11\x22\x33"),
    ):
        flash.erase(0)
        flash.cut_power(flash.operations, done, mask, from_end)
        assert cut(flash, lambda: flash.program(5, b"\x11\x22\x33"))
        assert flash.read(5, 3) == left
        assert flash.read(0, 5) == b"\xff" * 5 and flash.read(8, 5) == b"\xff" * 5


def test_torn_erase():
    flash = RamFlash(SECTOR)
    flash.program(0, b"\0" * SECTOR)
    flash.cut_power(flash.operations, 1000, 0x01)
    assert cut(flash, lambda: flash.erase(0))
    assert flash.read(0, 1002) == b"\xff" * 1000 + b"\x01\x00"


def test_without_power():
    flash = RamFlash(SECTOR)
    flash.cut_power(1)
    flash.program(0, b"a")
    try:
        flash.program(1, b"b")
    except PowerCut:
        pass
    for attempt in (lambda: flash.read(0, 1), lambda: flash.program(2, b"c"), lambda: flash.erase(0)):
        assert refused(PowerCut, attempt)
    flash.restore_power()
    assert flash.read(0, 3) == b"a\xff\xff"
    flash.program(1, b"b")


def test_flip_and_image():
    flash = RamFlash(SECTOR)
    flash.flip(7, 3)
    assert flash.read(7, 1) == b"\xf7"
    image = flash.image()
    flash.erase(0)
    flash.load(image)
    assert flash.image() == image


def test_file():
    path = "test_flash.tmp.bin"
    flash = FileFlash(path, 2 * SECTOR)
    try:
        assert flash.read(0, 4) == b"\xff" * 4
        flash.program(SECTOR, b"kept")
        flash.cut_power(1, 2)
        assert cut(flash, lambda: flash.program(0, b"torn"))
        flash.close()
        again = FileFlash(path, 2 * SECTOR)
        assert again.read(SECTOR, 5) == b"kept\xff"
        assert again.read(0, 4) == b"to\xff\xff"
        again.close()
        assert refused(Refused, lambda: FileFlash(path, SECTOR))
    finally:
        os.remove(path)


def test_region():
    flash = RamFlash(5 * SECTOR)
    first, second = halves(flash)
    assert first.size == second.size == 2 * SECTOR
    second.program(3, b"xyz")
    assert flash.read(2 * SECTOR + 3, 3) == b"xyz" == second.read(3, 3)
    first.program(0, b"\0" * first.size)
    first.erase(SECTOR)
    assert flash.read(SECTOR, SECTOR) == b"\xff" * SECTOR
    assert second.read(3, 3) == b"xyz"
    for attempt in (
        lambda: first.read(first.size, 1),
        lambda: first.program(first.size - 1, b"xx"),
        lambda: first.erase(first.size),
        lambda: first.read(-1, 1),
        lambda: Region(flash, 1, SECTOR),
        lambda: Region(flash, 0, 6 * SECTOR),
        lambda: halves(RamFlash(3 * SECTOR)),
    ):
        assert refused(FlashError, attempt)
