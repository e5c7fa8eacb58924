# SPDX-License-Identifier: Apache-2.0
"""From a call to a verdict: the rules are asked in their one fixed order and the first that answers decides."""

from ringwarden.call import Action, Call, Verdict
from ringwarden.numbers.emergency import resembles_emergency
from ringwarden.rules import ADVISE, MAY_DROP, ORDER, WARN


def decide(call: Call, household) -> Verdict:
    """The verdict on `call` for this `ringwarden.household.Household`. The last rule always answers.

    How a city's police or ambulance shows itself varies, so a number that looks like an emergency line may be forged,
    but it is always heard: whatever a rule, a list or a setting says, it rings with a warning at least.
    """
    verdict, warning = _first(call, household)
    if verdict.action == Action.DROP and verdict.rule not in MAY_DROP:
        verdict.action = Action.SILENCE  # whoever cannot be known is never dropped, even if a rule errs
    if verdict.action not in Action.AUDIBLE and resembles_emergency(call.number, household.home):
        verdict = warning or verdict
        verdict.action = Action.LABEL
    return verdict


def _first(call: Call, household) -> "tuple[Verdict, Verdict | None]":
    """The verdict, and the first warning.

    A rule that only warns lets the others speak: a caller from the list with a warning is still kept quiet at night.

    The first warning is the verdict when nothing but the last two rules has more to say, and lets the phone ring.
    """
    warning = None
    for rule in ORDER:
        verdict = rule.judge(call, household)
        if verdict is None or (verdict.action == Action.RING and rule in ADVISE):
            continue
        verdict.rule = rule.__name__.split(".")[-1]
        if verdict.action == Action.LABEL and rule in WARN:
            warning = warning or verdict
        elif warning and verdict.action in Action.AUDIBLE and rule in ORDER[-2:]:
            return warning, warning
        else:
            return verdict, warning
    raise AssertionError("the last rule of the order must always answer")
