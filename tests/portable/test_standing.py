# SPDX-License-Identifier: Apache-2.0
"""A box says that it has no list, on the page, in the journal and in words, and nobody is listed then."""

import json

from flash_kit import NEW, OLD, RamFlash, digest, fill

from ringwarden import words
from ringwarden.appliance import Appliance
from ringwarden.blocklist import ListError
from ringwarden.blocklist.flash import SECTOR, halves
from ringwarden.blocklist.slots import Slots
from ringwarden.blocklist.standing import StandingList
from ringwarden.faces import view
from ringwarden.household import Household
from ringwarden.update.lists import KEPT, UPDATED, Outcome
from ringwarden.words import lists_en, lists_zh

LISTED = 8613800138000


class Board:
    """A board on which nothing happens."""

    name = "still"
    rate = 8000
    interface = "fsk"

    def __init__(self):
        self.line = self.clock = self.store = self
        self.kept = []

    def wire_phone(self, through):
        pass

    def epoch(self):
        return 1793000000

    def append(self, line):
        self.kept.append(line)

    def lines(self):
        return iter(self.kept)


def box(flash):
    """An appliance with the lists on this flash, and the notes in its journal."""
    household = Household()
    household.blocklist = StandingList(Slots(*halves(flash)))
    board = Board()
    return Appliance(board, household), board


def notes(board):
    return [json.loads(line) for line in board.kept]


def test_no_list():
    appliance, board = box(RamFlash(4 * SECTOR))
    assert appliance.list_trouble() == "empty"
    assert appliance.household.blocklist.lookup(LISTED) is None
    assert appliance.household.blocklist.count == 0 and appliance.household.blocklist.serial == 0
    assert notes(board) == [{"event": "list", "trouble": "empty", "at": "2026-10-26T15:33:20"}]
    assert appliance.session.entry == {} and board.kept
    household = Household()
    assert Appliance(Board(), household).list_trouble() == "empty"


def test_damaged_then_updated():
    flash = RamFlash(4 * SECTOR)
    slots = Slots(*halves(flash))
    slots.mount()
    fill(slots, OLD, serial=3)
    appliance, board = box(flash)
    standing = appliance.household.blocklist
    assert appliance.list_trouble() == "" and notes(board) == []
    assert standing.lookup(LISTED) == 1 and standing.serial == 3 and standing.count == 4
    flash.flip(1, 0)
    standing.mount()
    appliance.list_changed()
    appliance.list_changed()
    assert standing.lookup(LISTED) is None
    assert [note["trouble"] for note in notes(board)] == ["damaged"]

    class Update:
        def run(self):
            fill(standing.slots, NEW, serial=4)
            outcome = Outcome(UPDATED)
            outcome.serial = 4
            return outcome

    appliance.list_changed(standing.update(Update()))
    assert standing.lookup(LISTED) == 1 and standing.serial == 4
    last = notes(board)[-1]
    assert (last["trouble"], last["update"], last["serial"]) == ("", "updated", 4)
    assert appliance._journal.last_id() == 0 and list(appliance._journal.entries()) == []


def test_goes_bad_while_it_is_asked():
    """The lookup raises, so that the call rings and says why; from then on the box says that the list is damaged."""
    flash = RamFlash(4 * SECTOR)
    slots = Slots(*halves(flash))
    slots.mount()
    fill(slots, OLD)
    standing = StandingList(Slots(*halves(flash)))
    flash.program(len(OLD) - 20, bytes(20))
    try:
        found = standing.lookup(LISTED)
    except ListError:
        assert standing.trouble == "damaged"
    else:
        assert found is None
    standing.mount()
    assert standing.trouble == "damaged" and standing.lookup(LISTED) is None


def test_words():
    """Every trouble and every outcome has its sentence in both languages."""
    for lang in ("en", "zh"):
        texts = view.page_words(lang)
        said = [texts["list." + trouble] for trouble in ("empty", "damaged", "fallback")]
        codes = "absent kind region device size list differs flash".split() + ERRORS
        outcomes = [Outcome(UPDATED), Outcome("current")] + [Outcome(KEPT, code) for code in codes]
        said += [words.update(outcome, lang) for outcome in outcomes]
        assert len(set(said)) == len(said)
        for text in said:
            assert text and "update." not in text and "{" not in text
            assert (lang == "zh") == (ord(text[0]) > 255)
        assert words.update(Outcome(KEPT, "news"), lang)  # a code without words of its own
    assert sorted(lists_en.TEXTS) == sorted(lists_zh.TEXTS)


ERRORS = "update fetch not_found slow too_big format signature rollback mismatch expired clock store".split()


def test_every_error_has_words():
    from ringwarden.update import errors

    codes = set()
    for name in dir(errors):
        code = getattr(getattr(errors, name), "code", None)
        if code:
            codes.add(code)
    assert codes == set(ERRORS)


def test_status_tells_the_page():
    assert view.status([], "", "damaged")["list"] == "damaged"
    assert digest(OLD) != digest(NEW)
