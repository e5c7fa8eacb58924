# SPDX-License-Identifier: Apache-2.0
"""A stranger who calls again and again: after a few calls in a short time the phone stays quiet for that number."""

from ringwarden.call import Call, Verdict


def judge(call: Call, household) -> "Verdict | None":
    if not call.key:
        return None
    limit, minutes = household.repeat_calls, household.repeat_minutes
    earlier = household.history.count(call.key, call.tick - minutes * 60)
    if earlier < limit:
        return None
    return Verdict(household.action("repeated"), "REPEATED", details={"times": earlier + 1, "minutes": minutes})
