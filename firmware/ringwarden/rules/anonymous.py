# SPDX-License-Identifier: Apache-2.0
"""Callers without a number. They cannot be known, so they are never dropped: at most silenced, by default labelled."""

from ringwarden.call import Call, Verdict

REASONS = {
    "P": ("anonymous.withheld", "WITHHELD"),
    "O": ("anonymous.unavailable", "UNAVAILABLE"),
    "none": ("anonymous.none", "NO_CALLER_ID"),
    "broken": ("anonymous.broken", "BROKEN_CALLER_ID"),
}


def judge(call: Call, household) -> "Verdict | None":
    if not call.absence:
        return None
    setting, reason = REASONS[call.absence]
    return Verdict(household.action(setting), reason)
