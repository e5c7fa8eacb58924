# SPDX-License-Identifier: Apache-2.0
"""The number-plan referee: numbers that cannot exist, or that the plan forbids to call. It authenticates nobody."""

from ringwarden.call import Call, Verdict
from ringwarden.numbers.referee import examine


def judge(call: Call, household) -> "Verdict | None":
    if call.number is None:
        return None
    finding = examine(call.number, call.interface, household.home)
    action = household.finding_action(finding.code, finding.level) if finding.code else ""
    if not action:
        return None
    details = {"number": call.shown}
    details.update(finding.details)
    return Verdict(action, finding.code, details=details)
