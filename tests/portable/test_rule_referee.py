# SPDX-License-Identifier: Apache-2.0
"""What the household does about what the referee finds: by level, by code, and never more than a warning for a note."""

from rule_kit import house, judged

from ringwarden.numbers import normalise
from ringwarden.numbers.referee import examine

FINDINGS = (
    # shown, level, code
    ("008601064119999", "IMPOSSIBLE", "INTL_86_WITH_SHORT_OR_FIXED"),
    ("02011", "IMPOSSIBLE", "LANDLINE_LENGTH"),
    ("4008001234", "SUSPECT", "RECEIVE_ONLY_CALLING"),
    ("8613800138000", "SUSPECT", "BARE_COUNTRY_CODE"),
    ("+8613800138000", "NOTE", "ROAMING_OR_FORGED_86_MOBILE"),
    ("1795113800138000", "NOTE", "IP_PREFIX"),
)


def test_each_code_has_an_action_of_its_own() -> None:
    for shown, level, code in FINDINGS:
        household = house()
        finding = examine(normalise(shown, household.home), "fsk", household.home)
        assert (finding.level, finding.code) == (level, code)
        for action in ("ring", "label", "silence", "challenge"):
            household = house(actions={"referee." + code: action})
            if action == "ring":
                assert judged(shown, household) == ("ring", "DEFAULT")
            elif level == "NOTE":  # not certain enough to keep a call from the phone
                assert judged(shown, household) == ("label", code)
            else:
                assert judged(shown, household) == (action, code)


def test_without_one_the_level_decides() -> None:
    household = house(actions={"referee.impossible": "challenge", "referee.suspect": "silence"})
    for shown, level, code in FINDINGS:
        expected = {"IMPOSSIBLE": ("challenge", code), "SUSPECT": ("silence", code), "NOTE": ("ring", "DEFAULT")}
        assert judged(shown, household) == expected[level], shown


def test_an_impossible_number_that_may_be_an_emergency_line_is_heard() -> None:
    household = house(
        actions={"referee.AREA_PLUS_EMERGENCY": "silence", "referee.INTL_86_WITH_SHORT_OR_FIXED": "silence"}
    )
    for shown in ("0755110", "0086110"):
        assert judged(shown, household)[0] == "label", shown
