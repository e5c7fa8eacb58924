# SPDX-License-Identifier: Apache-2.0
"""The list: a category each with an action, and words that warn of the worst."""

from rule_kit import call, house, judged

from ringwarden import categories
from ringwarden.policy import decide
from ringwarden.words import reason


def test_each_category_has_an_action() -> None:
    for index, name in enumerate(categories.NAMES):
        assert judged("02155550199", house(index)) == ("drop", "LISTED")
        for action in ("label", "silence", "challenge"):
            assert judged("02155550199", house(index, actions={"listed." + name: action})) == (action, "LISTED")
        # whom the household wants to ring in spite of the list rings as if it were not listed
        assert judged("02155550199", house(index, actions={"listed." + name: "ring"})) == ("ring", "DEFAULT")


def test_criminals_come_with_a_warning_in_plain_words() -> None:
    for index, name in enumerate(categories.NAMES):
        household = house(index, actions={"listed." + name: "label"})
        verdict = decide(call("02155550199", household), household)
        entry = {"reason": verdict.reason, "details": verdict.details, "category": verdict.category}
        assert ("transfer no money" in reason(entry, "en")) == (name == "criminal"), name
        assert ("不要转账" in reason(entry, "zh")) == (name == "criminal"), name
        entry["action"] = "silence"
        assert "transfer no money" not in reason(entry, "en")


def test_a_number_with_an_odd_display_is_still_on_the_list() -> None:
    assert judged("4008001234", house()) == ("label", "RECEIVE_ONLY_CALLING")
    assert judged("4008001234", house(1)) == ("drop", "LISTED")
