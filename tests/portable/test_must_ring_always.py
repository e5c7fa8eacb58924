# SPDX-License-Identifier: Apache-2.0
"""Nothing that a household, a list or a flood can bring about keeps a must-ring call from the phone: a seeded search.

tests/host/test_must_ring_hypothesis.py searches the same space on CPython, and shrinks what it finds.
"""

from rule_kit import EVENING, call, house
from worst_household import CONTACT_FORMS, DIALLED, EMERGENCY, MAY_BE_EMERGENCY, MUST_RING, household, must_ring_call

from ringwarden.call import Action, Verdict
from ringwarden.policy import decide
from ringwarden.rules import ORDER, must_ring

ROUNDS = 40


def dice(seed: int):
    """`draw(n)`: the same on every interpreter (Park and Miller's generator)."""
    state = [seed * 7919 + 1]

    def draw(n: int) -> int:
        state[0] = state[0] * 48271 % 2147483647
        return state[0] * n // 2147483647

    return draw


def test_no_setting_list_or_flood_stops_a_must_ring_call() -> None:
    for seed in range(ROUNDS):
        draw = dice(seed)
        worst = household(draw)
        for shown in MUST_RING:
            one = must_ring_call(draw, shown, worst)
            verdict = decide(one, worst)
            assert verdict.action in Action.AUDIBLE and verdict.rule == "must_ring", (seed, one.shown, verdict)


def test_what_may_be_an_emergency_line_is_heard() -> None:
    for seed in range(ROUNDS):
        draw = dice(seed)
        worst = household(draw)
        for shown in MAY_BE_EMERGENCY:
            verdict = decide(call(shown, worst, tick=draw(3600)), worst)
            assert verdict.action in Action.AUDIBLE, (seed, shown, verdict)


def test_after_a_call_for_help_nothing_stops_anybody() -> None:
    for seed in range(ROUNDS):
        draw = dice(seed)
        worst = household(draw)
        worst.open_line.note_dialled("120", EVENING, 3600)
        for shown in ("P", "O", "none", "broken", "02155550199", "008601064119999", "4008001234", "13912345678"):
            verdict = decide(call(shown, worst, tick=3600 + draw(7200)), worst)
            assert verdict.action == Action.RING, (seed, shown, verdict)


def test_only_exact_rules_drop() -> None:
    for seed in range(ROUNDS):
        worst = household(dice(seed))
        worst.blocklist.category = -1
        worst.refused.clear()
        worst.consents.clear()
        for shown in ("P", "O", "none", "broken", "02155550199", "008601064119999", "4008001234", "999999999999"):
            verdict = decide(call(shown, worst, tick=3600), worst)
            assert verdict.action != Action.DROP or verdict.rule == "flood" and worst.profile == "strict", (
                seed,
                verdict,
            )


def test_must_ring_is_asked_first_and_no_rule_behind_it_is_even_heard() -> None:
    assert ORDER[0] is must_ring
    judges = [rule.judge for rule in ORDER[1:]]

    def hostile(call, household) -> Verdict:
        return Verdict(Action.DROP, "DEFAULT")

    home = house(contacts=[{"name": "Wang Fang", "numbers": ["138 0013 8000"]}])
    home.open_line.note_dialled(DIALLED[0], EVENING, 0)
    try:
        for rule in ORDER[1:]:
            rule.judge = hostile
        for shown in EMERGENCY + (CONTACT_FORMS[0], DIALLED[0]):
            assert decide(call(shown, home), home).action == Action.RING, shown
        for shown in MAY_BE_EMERGENCY:
            assert decide(call(shown, home), home).action == Action.LABEL, shown
    finally:
        for rule, judge in zip(ORDER[1:], judges):
            rule.judge = judge


def test_a_rule_that_errs_drops_nobody_who_cannot_be_known() -> None:
    home = house()
    judges = [rule.judge for rule in ORDER]

    def silent(call, household) -> None:
        return None

    def hostile(call, household) -> Verdict:
        return Verdict(Action.DROP, "DEFAULT")

    try:
        for rule in ORDER:
            for other in ORDER:
                other.judge = silent
            rule.judge = hostile
            name = rule.__name__.split(".")[-1]
            action = decide(call("02155550199", home), home).action
            assert action == ("drop" if name in ("refused", "flood", "consent", "listed") else "silence"), name
    finally:
        for rule, judge in zip(ORDER, judges):
            rule.judge = judge
