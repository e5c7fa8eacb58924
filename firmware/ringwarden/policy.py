# SPDX-License-Identifier: Apache-2.0
"""From a call to a verdict: the rules are asked in their one fixed order and the first that answers decides."""

from ringwarden.call import Action, Call, Verdict
from ringwarden.numbers.emergency import resembles_emergency
from ringwarden.rules import ORDER


def decide(call: Call, household) -> Verdict:
    """The verdict on `call` for this `ringwarden.household.Household`. The last rule always answers.

    How a city's police or ambulance shows itself varies, so a number that looks like an emergency line may be forged,
    but it is always heard: whatever a rule, a list or a setting says, it rings with a warning at least.
    """
    verdict = _first(call, household)
    if verdict.action not in Action.AUDIBLE and resembles_emergency(call.number, household.home):
        verdict.action = Action.LABEL
    return verdict


def _first(call: Call, household) -> Verdict:
    for rule in ORDER:
        verdict = rule.judge(call, household)
        if verdict is not None:
            verdict.rule = rule.__name__.split(".")[-1]
            return verdict
    raise AssertionError("the last rule of the order must always answer")
