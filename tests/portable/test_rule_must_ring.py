# SPDX-License-Identifier: Apache-2.0
"""Must-ring: emergency lines, contacts, whom the household called, and everybody after a call for help."""

from rule_kit import EVENING, Kept, house, judged

from ringwarden.numbers import Home, key, normalise
from ringwarden.open_line import DIALLED_MAX, OPEN_S, OpenLine

HOME = Home("CN", "10")
DAY = 86400


def line(store=None, days: int = 7) -> OpenLine:
    return OpenLine(store, HOME, days, salt=b"tests")


def number(text: str) -> int:
    return key(normalise(text, HOME))


def test_whom_the_household_called_rings_for_days_and_no_longer() -> None:
    household = house(9)
    household.remember(line())
    assert judged("02155550199", household) == ("drop", "LISTED")
    assert not household.open_line.note_dialled("02155550199", EVENING, 0)
    assert judged("02155550199", household) == ("ring", "DIALLED")
    assert judged("02155550199", household, at=EVENING + 6 * DAY) == ("ring", "DIALLED")
    assert judged("02155550199", household, at=EVENING + 7 * DAY) == ("drop", "LISTED")
    assert judged("02155550198", household) == ("drop", "LISTED")


def test_the_household_sets_the_days() -> None:
    household = house(9, dialled={"days": 2})
    household.remember(line())
    household.open_line.note_dialled("02155550199", EVENING, 0)
    assert judged("02155550199", household, at=EVENING + DAY) == ("ring", "DIALLED")
    assert judged("02155550199", household, at=EVENING + 2 * DAY) == ("drop", "LISTED")
    never = house(9, dialled={"days": 0})
    never.remember(line())
    never.open_line.note_dialled("02155550199", EVENING, 0)
    assert judged("02155550199", never) == ("drop", "LISTED")


def test_a_refused_number_that_was_called_rings_with_a_warning() -> None:
    household = house(refused=[{"number": "021 5555 0199"}])
    household.open_line.note_dialled("02155550199", EVENING, 0)
    assert judged("02155550199", household) == ("label", "DIALLED_REFUSED")
    household.open_line.forget(number("02155550199"))
    assert judged("02155550199", household) == ("drop", "REFUSED")


KEYS_BEHIND = (
    # dialled, the number that was called
    ("13800138000", "13800138000"),
    ("1380013800012", "13800138000"),  # two keys for the menu of whoever answered
    ("64112233", "010-64112233"),
    ("64112233#1", "010-64112233"),
    ("17951013800138000", "13800138000"),
    ("955881", "95588"),
    ("9558812345678901#", "95588"),
    ("100862", "10086"),
    ("+8613800138000", "13800138000"),
    ("0085221234567", "+85221234567"),
)


def test_keys_pressed_later_are_no_part_of_the_number() -> None:
    for dialled, called in KEYS_BEHIND:
        memory = line()
        memory.note_dialled(dialled, EVENING, 0)
        assert memory.knows(number(called), EVENING), dialled


def test_what_is_no_number_is_not_remembered() -> None:
    for dialled in ("", "*", "#", "*51*13800138000#", "0", "7", "99", "000000000000000000000"):
        store = Kept()
        memory = line(store)
        assert not memory.note_dialled(dialled, EVENING, 5), dialled
        assert not memory.is_open(5) and (store.document or {"dialled": []})["dialled"] == [], dialled


def test_after_a_call_for_help_everybody_rings_for_two_hours() -> None:
    for dialled in ("120", "110", "119", "122", "1201", "12119"):
        household = house(9, quiet_hours={"from": "00:00", "until": "23:59"}, refused=[{"number": "02155550199"}])
        assert judged("P", household, tick=100) == ("silence", "QUIET_HOURS")
        assert household.open_line.note_dialled(dialled, EVENING, 100), dialled
        for shown in ("02155550199", "13912345678", "P", "none", "broken", "008601064119999"):
            assert judged(shown, household, tick=100) == ("ring", "CALLED_FOR_HELP"), (dialled, shown)
            assert judged(shown, household, tick=99 + OPEN_S)[0] == "ring"
        after = EVENING + OPEN_S
        assert judged("02155550199", household, at=after, tick=100 + OPEN_S) == ("drop", "REFUSED")
        assert judged("P", household, at=after, tick=100 + OPEN_S) == ("silence", "QUIET_HOURS")


def test_ordinary_numbers_are_no_call_for_help() -> None:
    for dialled in ("12345", "12306", "11185", "13800138000", "61201100", "95588", "01064112233", "114", "10086"):
        memory = line()
        assert not memory.note_dialled(dialled, EVENING, 0), dialled
        assert not memory.is_open(0, EVENING), dialled


def test_other_countries_call_their_own_emergency_lines() -> None:
    for country, dialled in (("US", "911"), ("DE", "112"), ("GB", "999"), ("JP", "119"), ("VA", "112")):
        memory = OpenLine(None, Home(country, ""))
        assert memory.note_dialled(dialled, EVENING, 0) and memory.is_open(0), country


def test_it_survives_a_power_cut() -> None:
    store = Kept()
    memory = line(store)
    memory.note_dialled("02155550199", EVENING, 5000)
    memory.note_dialled("120", EVENING, 5000)
    again = OpenLine(store, HOME)  # the line's clock begins at 0 again
    assert again.knows(number("02155550199"), EVENING + DAY)
    assert again.is_open(10, EVENING + OPEN_S - 1) and not again.is_open(10, EVENING + OPEN_S)
    assert not again.is_open(10)


def test_a_call_for_help_without_a_clock_opens_the_line_once_more_after_a_power_cut() -> None:
    store = Kept()
    line(store).note_dialled("120", 0, 5000)
    again = OpenLine(store, HOME)
    assert again.is_open(0) and again.is_open(OPEN_S - 1) and not again.is_open(OPEN_S)
    assert not OpenLine(store, HOME).is_open(0)


def test_what_is_kept_names_nobody_and_stays_small() -> None:
    store = Kept()
    memory = line(store)
    for last in range(1000, 1000 + 3 * DIALLED_MAX):
        memory.note_dialled("0215555{:04d}".format(last), EVENING, 0)
    kept = store.document or {}
    assert len(kept["dialled"]) == DIALLED_MAX
    assert all([0 <= tag < 1 << 24 for tag, _ in kept["dialled"]])
    assert not memory.knows(number("02155551000"), EVENING)
    assert memory.knows(number("0215555{}".format(999 + 3 * DIALLED_MAX)), EVENING)


def test_a_number_dialled_again_is_kept_once_with_its_last_day() -> None:
    store = Kept()
    memory = line(store)
    for days in (0, 3, 6):
        memory.note_dialled("02155550199", EVENING + days * DAY, 0)
    assert len((store.document or {})["dialled"]) == 1
    assert memory.knows(number("02155550199"), EVENING + 12 * DAY)


def test_without_a_clock_nothing_is_too_old() -> None:
    memory = line()
    memory.note_dialled("02155550199", 0, 0)
    assert memory.knows(number("02155550199"), 0) and memory.knows(number("02155550199"), EVENING)
    memory.note_dialled("02155550198", EVENING, 0)  # now it has a clock, and what it knew has a day
    assert memory.knows(number("02155550199"), EVENING + 6 * DAY)
    assert not memory.knows(number("02155550199"), EVENING + 8 * DAY)


def test_a_broken_document_is_begun_anew() -> None:
    for document in (
        {"dialled": 5},
        {"help": "x", "dialled": [], "salt": ""},
        {"help": 0, "dialled": [[1]], "salt": ""},
    ):
        store = Kept()
        store.document = document
        memory = OpenLine(store, HOME)
        memory.note_dialled("02155550199", EVENING, 0)
        assert memory.knows(number("02155550199"), EVENING), document


class FullFlash(Kept):
    def save(self, document: dict) -> None:
        raise OSError(28)


def test_a_full_flash_costs_the_memory_and_not_the_line() -> None:
    memory = line(FullFlash())
    assert memory.note_dialled("120", EVENING, 0) and memory.is_open(1)
