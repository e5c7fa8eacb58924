# SPDX-License-Identifier: Apache-2.0
"""The default: nothing is known against this caller, so the phone rings. Always answers, hence always last."""

from ringwarden.call import Action, Call, Verdict


def judge(call: Call, household) -> Verdict:
    action = household.action("stranger")
    return Verdict(action, "DEFAULT" if action == Action.RING else "STRANGER")
