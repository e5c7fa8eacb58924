# SPDX-License-Identifier: Apache-2.0
"""A call's life on the line, played with real caller-ID audio into the whole appliance."""

import asyncio
import json

from line_audio import Board, fsk, mdmf

from ringwarden.appliance import Appliance
from ringwarden.household import Household

EVENING = 1795543200  # 2026-11-24T18:00:00+00:00
RING = ["ring_on", 1000, "ring_off"]
GONE = [7000]


class List:
    """A block list of one number."""

    def lookup(self, key: int) -> "int | None":
        return 2 if key == 8675588888888 else None


def from_number(number: bytes, name: bytes = b"") -> list:
    """Silence, then the FSK burst of a call from `number`."""
    named = ((7, name),) if name else ()
    return [500, fsk(mdmf((1, b"11241800"), (2, number), *named)), 1500]


def play(script: list, epoch: int = EVENING, document: "dict | None" = None) -> Appliance:
    settings = {"version": 1, "home": {"area_code": "010", "timezone_minutes": 0}}
    settings.update(document or {})
    household = Household.from_document(settings)
    household.blocklist = List()
    appliance = Appliance(Board(script, epoch), household)
    asyncio.run(appliance.run())
    return appliance


def test_a_stranger_rings_from_the_second_ring_on() -> None:
    appliance = play(RING + from_number(b"13912345678", b"LI") + RING + [3000] + RING + GONE)
    (entry,) = appliance.calls
    assert (entry["action"], entry["reason"], entry["number"]) == ("ring", "DEFAULT", "+8613912345678")
    assert (entry["name"], entry["standard"], entry["outcome"], entry["rings"]) == ("LI", "bell202", "missed", 2)
    assert entry["verdict_ms"] - entry["cid_end_ms"] <= 20
    log = appliance.board.line.log
    assert log[0] == (0, "off") and log[1][1] == "through" and 1500 < log[1][0] < 4000 and log[2][1] == "off"


def test_a_listed_caller_is_taken_and_released_and_the_phone_never_connected() -> None:
    appliance = play(RING + from_number(b"075588888888") + GONE)
    (entry,) = appliance.calls
    assert (entry["action"], entry["reason"], entry["category"]) == ("drop", "LISTED", "property")
    assert (entry["outcome"], entry["rings"]) == ("dropped", 0)
    actions = [what for _, what in appliance.board.line.log]
    assert actions == ["off", "seize", "release"]
    seized, released = [when for when, what in appliance.board.line.log if what != "off"]
    assert 1400 <= released - seized <= 1600


def test_an_answered_call_is_talking_until_the_handset_is_down() -> None:
    appliance = play(RING + from_number(b"64112233") + RING + [500, "hook_off", 5000, "hook_on", 500])
    (entry,) = appliance.calls
    assert (entry["number"], entry["outcome"], entry["duration_s"]) == ("+861064112233", "answered", 5)


def test_no_caller_id_is_decided_when_the_second_ring_begins() -> None:
    appliance = play(RING + [4000] + RING + GONE)
    (entry,) = appliance.calls
    assert (entry["action"], entry["reason"], entry["absence"]) == ("label", "NO_CALLER_ID", "none")
    assert entry["verdict_ms"] == 5000 and entry["rings"] == 1


def test_broken_caller_id_is_told_from_none() -> None:
    message = mdmf((2, b"13912345678"))
    broken = message[:-1] + bytes([message[-1] ^ 1])
    (entry,) = play(RING + [500, fsk(broken), 2000] + RING + GONE).calls
    assert (entry["reason"], entry["number"]) == ("BROKEN_CALLER_ID", "")


def test_private_and_unavailable_are_told_apart() -> None:
    for code, reason in ((b"P", "WITHHELD"), (b"O", "UNAVAILABLE")):
        (entry,) = play(RING + [500, fsk(mdmf((4, code))), 1500] + RING + GONE).calls
        assert (entry["action"], entry["reason"], entry["absence"]) == ("label", reason, code.decode())


def test_caller_id_before_the_first_ring_decides_before_it() -> None:
    script = ["reversal", 200, fsk(mdmf((2, b"13912345678")), 1300, 2100), 500] + RING + [3000] + RING + GONE
    (entry,) = play(script).calls
    assert (entry["standard"], entry["action"], entry["rings"]) == ("v23", "ring", 2)


def test_caller_id_that_comes_after_a_verdict_without_a_number_is_judged_again() -> None:
    (entry,) = play(RING + [4000] + RING + from_number(b"075588888888") + GONE).calls
    assert (entry["action"], entry["reason"], entry["outcome"]) == ("drop", "LISTED", "dropped")


def test_a_lifted_handset_always_has_the_line() -> None:
    appliance = play([100, "hook_off", 2000, "hook_on", 500])
    assert appliance.calls == []
    assert appliance.board.line.log == [(0, "off"), (100, "through"), (2100, "off")]


def test_lifting_during_a_silenced_call_answers_it() -> None:
    quiet = {"quiet_hours": {"from": "17:00", "until": "19:00"}}
    script = RING + from_number(b"13912345678") + RING + ["hook_off", 2000, "hook_on", 100]
    (entry,) = play(script, document=quiet).calls
    assert (entry["action"], entry["outcome"], entry["rings"]) == ("silence", "answered", 0)


def test_the_message_waiting_lamp_is_no_call() -> None:
    body = b"\x0b\x01\xff"
    message = bytes([0x82, len(body)]) + body
    appliance = play([200, fsk(message + bytes([-sum(message) & 0xFF])), 9000])
    assert appliance.calls == []


def test_the_fourth_call_of_one_stranger_stays_quiet() -> None:
    one = RING + from_number(b"13912345678") + RING + GONE
    actions = [(entry["action"], entry["reason"]) for entry in play(one * 5).calls]
    assert actions == [("ring", "DEFAULT")] * 3 + [("silence", "REPEATED")] * 2


def test_hostile_names_are_harmless_in_the_journal() -> None:
    name = b"\x1b[2J<script>\x00\r\nx"
    appliance = play(RING + from_number(b"13912345678", name) + RING + GONE)
    (line,) = appliance.board.kept
    entry = json.loads(line)
    assert "\x1b" not in line and "\n" not in line and "\\u" not in line
    assert entry["name"] == "[2J<script> x" or entry["name"] == "[2J<script>"


def test_the_journal_counts_on_after_a_restart() -> None:
    board = Board(RING + from_number(b"13912345678") + GONE, EVENING)
    board.kept = ['{"id":41}', "torn by a power c"]
    appliance = Appliance(board, Household.from_document({"version": 1}))
    asyncio.run(appliance.run())
    assert [entry["id"] for entry in appliance.calls] == [42]
    assert "latency_us" not in json.loads(board.kept[-1])


class BrokenList:
    """A list on flash that can no longer be read."""

    def lookup(self, key: int) -> "int | None":
        raise OSError(5)


def test_a_fault_inside_lets_the_call_ring_and_says_so() -> None:
    board = Board(RING + from_number(b"13912345678") + RING + GONE, EVENING)
    household = Household.from_document({"version": 1})
    household.blocklist = BrokenList()
    appliance = Appliance(board, household)
    asyncio.run(appliance.run())
    (entry,) = appliance.calls
    assert (entry["action"], entry["reason"], entry["details"]) == ("ring", "FAULT", {"fault": "OSError"})


def test_two_bursts_close_together_are_one_ring() -> None:
    double = ["ring_on", 400, "ring_off", 200, "ring_on", 400, "ring_off"]
    (entry,) = play(double + from_number(b"13912345678") + double + GONE).calls
    assert (entry["reason"], entry["number"], entry["rings"]) == ("DEFAULT", "+8613912345678", 1)
