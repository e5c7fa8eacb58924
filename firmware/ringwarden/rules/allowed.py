# SPDX-License-Identifier: Apache-2.0
"""Numbers that the household let in by hand: the school, the clinic, the parcel service."""

from ringwarden.call import Action, Call, Verdict


def judge(call: Call, household) -> "Verdict | None":
    note = household.allowed.get(call.key)
    return None if note is None else Verdict(Action.RING, "ALLOWED", details={"note": note})
