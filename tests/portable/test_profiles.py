# SPDX-License-Identifier: Apache-2.0
"""Profiles: what each does with the same callers, and that the household's own actions win."""

from rule_kit import house, judged

from ringwarden.call import Action
from ringwarden.profiles import ACTIONS, PROFILES, may_drop
from ringwarden.settings.schema import PROFILES as NAMES

TABLE = (
    # shown, list's category, gentle, default, strict, contacts only
    ("13800138000", 9, "ring", "ring", "ring", "ring"),  # a contact
    ("120", 9, "ring", "ring", "ring", "ring"),
    ("02155550100", 9, "ring", "ring", "ring", "ring"),  # allowed
    ("02155550101", 9, "drop", "drop", "drop", "drop"),  # refused
    ("02155550199", 2, "label", "drop", "drop", "drop"),
    ("02155550199", 9, "silence", "drop", "drop", "drop"),
    ("02155550199", -1, "ring", "ring", "ring", "silence"),
    ("P", -1, "label", "label", "challenge", "silence"),
    ("none", -1, "label", "label", "challenge", "silence"),
    ("4008001234", -1, "label", "label", "challenge", "silence"),
    ("008601064119999", -1, "label", "silence", "silence", "silence"),
    ("0755110", -1, "label", "label", "label", "label"),  # may be the police
)


def test_profiles_side_by_side() -> None:
    for shown, category, *actions in TABLE:
        for profile, action in zip(("gentle", "default", "strict", "contacts_only"), actions):
            household = house(
                category,
                profile=profile,
                contacts=[{"name": "Wang Fang", "numbers": ["138 0013 8000"]}],
                allowed=[{"number": "021 5555 0100"}],
                refused=[{"number": "021 5555 0101"}],
            )
            assert judged(shown, household)[0] == action, (shown, category, profile)


def test_what_the_household_sets_itself_wins() -> None:
    for profile in NAMES:
        household = house(profile=profile, actions={"anonymous.withheld": "silence", "stranger": "label"})
        assert judged("P", household) == ("silence", "WITHHELD")
        assert judged("02155550199", household) == ("label", "STRANGER")


def test_profiles_keep_to_what_settings_may_say() -> None:
    assert sorted(PROFILES) == sorted(NAMES)
    for profile, actions in PROFILES.items():
        for setting, action in actions.items():
            assert setting in ACTIONS or any([name.startswith(setting) for name in ACTIONS if setting[-1] == "."])
            assert action in Action.ALL and (action != "drop" or may_drop(setting, profile)), (profile, setting)
    for setting, action in ACTIONS.items():
        assert action == "" or action in Action.ALL, setting
        assert action != "drop" or may_drop(setting, "default"), setting
