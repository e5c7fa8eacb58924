# SPDX-License-Identifier: Apache-2.0
"""From a call to a verdict: the rules are asked in their one fixed order and the first that answers decides."""

from ringwarden.call import Call, Verdict
from ringwarden.rules import ORDER


def decide(call: Call, household) -> Verdict:
    """The verdict on `call` for this `ringwarden.household.Household`. The last rule always answers."""
    for rule in ORDER:
        verdict = rule.judge(call, household)
        if verdict is not None:
            verdict.rule = rule.__name__.split(".")[-1]
            return verdict
    raise AssertionError("the last rule of the order must always answer")
