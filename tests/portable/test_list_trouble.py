# SPDX-License-Identifier: Apache-2.0
"""A box that has no list says so: on the page, in the journal and in words."""

import json

from ringwarden import words
from ringwarden.appliance import Appliance
from ringwarden.faces import view
from ringwarden.household import Household
from ringwarden.update import errors
from ringwarden.update.lists import KEPT, UPDATED, Outcome
from ringwarden.words import lists_en, lists_zh

TROUBLES = ("empty", "damaged", "fallback")
ERRORS = "update fetch not_found slow too_big format signature rollback mismatch expired clock store".split()
CODES = "absent kind region device size list differs flash".split() + ERRORS


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
    outcome = Outcome(UPDATED)
    outcome.serial = 4
    appliance.list_changed(outcome)
    appliance.list_changed(Outcome(KEPT, "expired"))
    household.blocklist.trouble = "damaged"
    appliance.list_changed()
    notes = [json.loads(line) for line in board.kept[1:]]
    assert [note["trouble"] for note in notes] == ["", "", "damaged"]
    assert (notes[0]["update"], notes[0]["serial"]) == ("updated", 4)
    assert (notes[1]["update"], notes[1]["code"]) == ("kept", "expired")
    assert "update" not in notes[2]
    # Notes are no calls: the next call's number does not count them.
    assert appliance._journal.last_id() == 0 and list(appliance._journal.entries()) == []


def test_a_list_that_is_well_leaves_no_note():
    household = Household()
    household.blocklist = List("")
    board = Board()
    assert Appliance(board, household).list_trouble() == "" and board.kept == []


def test_words():
    """Every trouble and every outcome has its sentence in both languages."""
    for lang in ("en", "zh"):
        texts = view.page_words(lang)
        said = [texts["list." + trouble] for trouble in TROUBLES]
        outcomes = [Outcome(UPDATED), Outcome("current")] + [Outcome(KEPT, code) for code in CODES]
        said += [words.update(outcome, lang) for outcome in outcomes]
        assert len(set(said)) == len(said)
        for text in said:
            assert text and "update." not in text and "{" not in text
            assert (lang == "zh") == (ord(text[0]) > 255)
        assert words.update(Outcome(KEPT, "news"), lang) == words.update(Outcome(KEPT, "update"), lang)
    assert sorted(lists_en.TEXTS) == sorted(lists_zh.TEXTS)


def test_every_error_has_words():
    codes = set()
    for name in dir(errors):
        code = getattr(getattr(errors, name), "code", None)
        if code:
            codes.add(code)
    assert codes == set(ERRORS)


def test_status_tells_the_page():
    assert view.status([], "", "damaged")["list"] == "damaged"
