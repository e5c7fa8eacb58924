# SPDX-License-Identifier: Apache-2.0
"""The default: nothing is known against this caller, so the phone rings. Always answers, hence always last."""

from ringwarden.call import Call, Verdict


def judge(call: Call, household) -> Verdict:
    return Verdict(household.action("stranger"), "DEFAULT")
