# SPDX-License-Identifier: Apache-2.0
"""A box that has no list says so in its journal, once, and says what became of updates."""

import json

from ringwarden.appliance import Appliance
from ringwarden.household import Household


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


class List:
    """A list with this trouble."""

    def __init__(self, trouble):
        self.trouble = trouble


class Outcome:
    """What became of an update."""

    def __init__(self, kind, code="", serial=0):
        self.kind = kind
        self.code = code
        self.serial = serial


def test_journal():
    household = Household()
    board = Board()
    appliance = Appliance(board, household)
    assert appliance.list_trouble() == "empty"
    assert [json.loads(line) for line in board.kept] == [
        {"event": "list", "trouble": "empty", "at": "2026-10-26T15:33:20"}
    ]
    appliance.list_changed()
    assert len(board.kept) == 1
    household.blocklist = List("")
    appliance.list_changed(Outcome("updated", serial=4))
    appliance.list_changed(Outcome("kept", "expired"))
    household.blocklist.trouble = "damaged"
    appliance.list_changed()
    notes = [json.loads(line) for line in board.kept[1:]]
    assert [note["trouble"] for note in notes] == ["", "", "damaged"]
    assert (notes[0]["update"], notes[0]["serial"]) == ("updated", 4)
    assert (notes[1]["update"], notes[1]["code"]) == ("kept", "expired")
    assert "update" not in notes[2]
    # Notes are no calls: the next call's number does not count them.
    assert appliance._journal.last_id() == 0 and list(appliance._journal.entries()) == []


def test_journal_that_is_full():
    """The box starts and serves the line."""

    def full(line):
        raise OSError(28)

    board = Board()
    board.append = full
    assert Appliance(board, Household()).list_trouble() == "empty"


def test_a_list_that_is_well_leaves_no_note():
    household = Household()
    household.blocklist = List("")
    board = Board()
    assert Appliance(board, household).list_trouble() == "" and board.kept == []
