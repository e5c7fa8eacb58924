# SPDX-License-Identifier: Apache-2.0
"""Rules for all numbers that begin alike, with a last day."""

from rule_kit import house, judged, local

from ringwarden.settings import SettingsError

CASES = (
    # prefix, shown, does it hold
    ("+8621", "02155550199", True),
    ("021", "02155550199", True),
    ("021 5555", "021-5555-0199", True),
    ("021", "17951 021 5555 0199", True),
    ("021", "02255550199", False),
    ("010 6411", "64112233", True),  # a neighbour's number is shown without its area code
    ("170", "17012345678", True),
    ("400", "4008001234", True),
    ("95", "95588", True),
    ("95", "9558", False),
    ("0044", "+442079460000", True),
    ("+44", "00442079460000", True),
    ("+44", "13800138000", False),
    ("+", "+442079460000", True),
    ("+", "008613800138000", True),  # a mobile from here that calls through the gateway of abroad
    ("+", "13800138000", False),
    ("+", "02155550199", False),
)


def test_prefixes_hold_for_a_number_in_all_its_forms() -> None:
    for prefix, shown, holds in CASES:
        household = house(prefixes=[{"prefix": prefix, "action": "silence"}])
        action, reason = judged(shown, household)
        assert reason.startswith("PREFIX") == holds, (prefix, shown, reason)
        assert not holds or action == "silence"


def test_a_rule_ends_with_its_last_day() -> None:
    rule = {"prefix": "021", "action": "silence", "until": "2026-12-31", "note": "while we travel"}
    household = house(prefixes=[rule])
    assert judged("02155550199", household, at=local("2026-12-31 23:59")) == ("silence", "PREFIX")
    assert judged("02155550199", household, at=local("2027-01-01 00:00")) == ("ring", "DEFAULT")
    assert judged("02155550199", household, at=0) == ("ring", "DEFAULT")  # no clock: nobody knows


def test_the_longest_prefix_wins_and_an_ended_one_does_not_count() -> None:
    rules = [
        {"prefix": "021", "action": "silence"},
        {"prefix": "0215555", "action": "ring", "until": "2026-12-31"},
    ]
    household = house(prefixes=rules)
    assert judged("02155550199", household, at=local("2026-12-31 12:00")) == ("ring", "PREFIX")
    assert judged("02166660199", household, at=local("2026-12-31 12:00")) == ("silence", "PREFIX")
    assert judged("02155550199", household, at=local("2027-01-01 12:00")) == ("silence", "PREFIX")


def test_a_warning_for_a_prefix_leaves_the_word_to_the_list_and_the_night() -> None:
    rules = [{"prefix": "021", "action": "label"}]
    assert judged("02155550199", house(prefixes=rules)) == ("label", "PREFIX")
    assert judged("02155550199", house(2, prefixes=rules)) == ("drop", "LISTED")
    assert judged("02155550199", house(2, prefixes=[{"prefix": "021", "action": "ring"}])) == ("ring", "PREFIX")
    night = house(prefixes=rules, quiet_hours={"from": "17:00", "until": "19:00"})
    assert judged("02155550199", night) == ("silence", "QUIET_HOURS")


def test_callers_without_a_number_have_no_prefix() -> None:
    household = house(prefixes=[{"prefix": "+", "action": "silence"}])
    assert judged("P", household) == ("label", "WITHHELD")


def test_what_is_no_prefix_is_refused() -> None:
    for prefix in ("", "abc", "0", "+-x", "02a"):
        try:
            house(prefixes=[{"prefix": prefix, "action": "silence"}])
        except SettingsError as error:
            assert error.place == "prefixes[0].prefix", prefix
        else:
            raise AssertionError("accepted: " + repr(prefix))
    try:
        house(prefixes=[{"prefix": "021", "action": "drop"}])
    except SettingsError as error:
        assert error.place == "prefixes[0].action" and "never dropped" in error.remedy
    else:
        raise AssertionError("a prefix may not drop")
