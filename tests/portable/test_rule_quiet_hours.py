# SPDX-License-Identifier: Apache-2.0
"""Quiet hours: their span, the days on which they begin, and what they do to callers under a warning."""

from rule_kit import house, judged, local

WORKDAYS = ["mon", "tue", "wed", "thu", "fri"]
CASES = (
    # span, local time (2026-11-27 is a Friday), quiet or not
    ({"from": "22:30", "until": "07:00"}, "2026-11-27 22:30", True),
    ({"from": "22:30", "until": "07:00"}, "2026-11-28 06:59", True),
    ({"from": "22:30", "until": "07:00"}, "2026-11-28 07:00", False),
    ({"from": "22:30", "until": "07:00", "days": WORKDAYS}, "2026-11-27 23:00", True),
    ({"from": "22:30", "until": "07:00", "days": WORKDAYS}, "2026-11-28 06:00", True),  # Friday's night
    ({"from": "22:30", "until": "07:00", "days": WORKDAYS}, "2026-11-28 23:00", False),
    ({"from": "22:30", "until": "07:00", "days": WORKDAYS}, "2026-11-30 06:00", False),  # Sunday's night
    ({"from": "13:00", "until": "15:00", "days": ["sat"]}, "2026-11-28 14:00", True),
    ({"from": "13:00", "until": "15:00", "days": ["sat"]}, "2026-11-29 14:00", False),
)


def test_spans_and_days() -> None:
    for span, when, quiet in CASES:
        verdict = judged("02155550199", house(quiet_hours=span), at=local(when))
        assert verdict == (("silence", "QUIET_HOURS") if quiet else ("ring", "DEFAULT")), (span, when)


def test_a_warning_does_not_wake_the_household() -> None:
    night = local("2026-11-27 23:00")
    household = house(quiet_hours={"from": "22:30", "until": "07:00"}, actions={"listed.property": "label"})
    household.blocklist.category = 2
    assert judged("02155550199", household, at=night) == ("silence", "QUIET_HOURS")
    assert judged("4008001234", household, at=night) == ("silence", "QUIET_HOURS")
    assert judged("0755110", household, at=night) == ("label", "AREA_PLUS_EMERGENCY")  # may be the police
    assert judged("02155550199", household, at=night - 3600) == ("label", "LISTED")


def test_callers_without_a_number_are_quiet_too() -> None:
    household = house(quiet_hours={"from": "22:30", "until": "07:00"})
    assert judged("P", household, at=local("2026-11-27 23:00")) == ("silence", "QUIET_HOURS")
