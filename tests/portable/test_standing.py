# SPDX-License-Identifier: Apache-2.0
"""The list in force changes while it is asked; without one nobody is listed, and why is known."""

from flash_kit import NEW, OLD, RamFlash, fill

from ringwarden.blocklist import ListError
from ringwarden.blocklist.flash import SECTOR, halves
from ringwarden.blocklist.slots import Slots
from ringwarden.blocklist.standing import StandingList
from ringwarden.update.lists import CURRENT, UPDATED, Outcome

LISTED = 8613800138000


def standing_on(flash):
    """What a box finds on this flash when it starts."""
    return StandingList(Slots(*halves(flash)))


class Update:
    """An update that does as told."""

    def __init__(self, slots, data=None):
        self.slots = slots
        self.data = data

    def run(self):
        if self.data is None:
            return Outcome(CURRENT)
        fill(self.slots, self.data, serial=4)
        return Outcome(UPDATED)


def test_no_list():
    standing = standing_on(RamFlash(4 * SECTOR))
    assert standing.trouble == "empty"
    assert standing.lookup(LISTED) is None
    assert standing.count == 0 and standing.serial == 0


def test_flash_that_cannot_be_read():
    flash = RamFlash(4 * SECTOR)
    slots = Slots(*halves(flash))
    slots.mount()
    fill(slots, OLD)

    def fails(offset, length):
        raise OSError(5)

    flash.read = fails
    standing = standing_on(flash)
    assert standing.trouble == "damaged" and standing.lookup(LISTED) is None
    del flash.read
    standing.mount()
    assert standing.trouble == "" and standing.lookup(LISTED) == 1


def test_damaged_then_updated():
    flash = RamFlash(4 * SECTOR)
    standing = standing_on(flash)
    fill(standing.slots, OLD, serial=3)
    standing.mount()
    assert standing.lookup(LISTED) == 1 and standing.serial == 3 and standing.count == 4 and standing.trouble == ""
    flash.flip(1, 0)
    standing.mount()
    assert standing.lookup(LISTED) is None and standing.trouble == "damaged"
    assert standing.update(Update(standing.slots)).kind == CURRENT
    assert standing.lookup(LISTED) is None and standing.trouble == "damaged"
    assert standing.update(Update(standing.slots, NEW)).kind == UPDATED
    assert standing.lookup(LISTED) == 1 and standing.serial == 4 and standing.trouble == ""


def test_goes_bad_while_it_is_asked():
    """The lookup raises, so that the call rings and says why; from then on the list is known to be damaged."""
    flash = RamFlash(4 * SECTOR)
    standing = standing_on(flash)
    fill(standing.slots, OLD)
    standing.mount()
    flash.program(0, bytes(len(OLD)))
    try:
        assert standing.lookup(LISTED) is None
    except ListError:
        assert standing.trouble == "damaged"
    standing.mount()
    assert standing.trouble == "damaged" and standing.lookup(LISTED) is None
