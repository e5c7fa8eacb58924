# SPDX-License-Identifier: Apache-2.0
"""The number-plan referee: numbers that cannot exist, or that the plan forbids to call. It authenticates nobody."""

from ringwarden.call import Call, Verdict
from ringwarden.numbers.referee import IMPOSSIBLE, SUSPECT, examine


def judge(call: Call, household) -> "Verdict | None":
    if call.number is None:
        return None
    finding = examine(call.number, call.interface, household.home)
    if finding.level not in (SUSPECT, IMPOSSIBLE):
        return None
    details = {"number": call.shown}
    details.update(finding.details)
    return Verdict(household.action("referee." + finding.level.lower()), finding.code, details=details)
