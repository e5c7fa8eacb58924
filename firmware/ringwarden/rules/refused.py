# SPDX-License-Identifier: Apache-2.0
"""Numbers that the household has told not to call again."""

from ringwarden.call import Call, Verdict


def judge(call: Call, household) -> "Verdict | None":
    note = household.refused.get(call.key)
    return None if note is None else Verdict(household.action("refused"), "REFUSED", details={"note": note})
