# SPDX-License-Identifier: Apache-2.0
"""Callers without a number, each kind with an action of its own, and never dropped."""

from rule_kit import house, judged

from ringwarden.settings import SettingsError

KINDS = (
    ("P", "anonymous.withheld", "WITHHELD"),
    ("O", "anonymous.unavailable", "UNAVAILABLE"),
    ("none", "anonymous.none", "NO_CALLER_ID"),
    ("broken", "anonymous.broken", "BROKEN_CALLER_ID"),
)


def test_each_kind_has_its_action() -> None:
    for absence, setting, reason in KINDS:
        assert judged(absence, house(9)) == ("label", reason)
        for action in ("ring", "label", "silence", "challenge"):
            household = house(actions={setting: action})
            assert judged(absence, household) == (action, reason)
            others = [other for other, _, _ in KINDS if other != absence]
            assert [judged(other, household)[0] for other in others] == ["label"] * 3


def test_none_of_them_may_be_dropped() -> None:
    for _, setting, _ in KINDS:
        for profile in ("gentle", "default", "strict", "contacts_only"):
            try:
                house(profile=profile, actions={setting: "drop"})
            except SettingsError as error:
                assert error.code == "never_dropped"
            else:
                raise AssertionError("accepted: " + setting)
