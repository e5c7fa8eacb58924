# SPDX-License-Identifier: Apache-2.0
"""Who was let in or refused by hand, and strangers about whom nothing is known."""

from rule_kit import house, judged

FORMS = ("02155550142", "+862155550142", "021-5555-0142", "17951 021 5555 0142")


def test_allowed_numbers_ring_in_all_their_forms() -> None:
    household = house(9, allowed=[{"number": "021 5555 0142", "note": "school"}], profile="contacts_only")
    for shown in FORMS:
        assert judged(shown, household) == ("ring", "ALLOWED"), shown
    assert judged("02155550142", house(allowed=[{"number": "021 5555 0142"}])) == ("ring", "ALLOWED")
    assert judged("02155550143", household) == ("drop", "LISTED")


def test_refused_numbers_are_dropped_in_all_their_forms() -> None:
    household = house(refused=[{"number": "021 5555 0142", "note": "asked not to call"}])
    for shown in FORMS:
        assert judged(shown, household) == ("drop", "REFUSED"), shown
    assert judged("02155550143", household) == ("ring", "DEFAULT")
    for action in ("label", "silence", "challenge"):
        household = house(refused=[{"number": "021 5555 0142"}], actions={"refused": action})
        assert judged("02155550142", household) == (action, "REFUSED")


def test_whoever_is_allowed_and_refused_rings() -> None:
    entry = [{"number": "021 5555 0142"}]
    assert judged("02155550142", house(allowed=entry, refused=entry)) == ("ring", "ALLOWED")


def test_strangers_are_told_apart_from_callers_who_merely_ring() -> None:
    assert judged("02155550142", house()) == ("ring", "DEFAULT")
    for action in ("label", "silence", "challenge"):
        assert judged("02155550142", house(actions={"stranger": action})) == (action, "STRANGER")
