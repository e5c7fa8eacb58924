# SPDX-License-Identifier: Apache-2.0
"""Emergency and call-back numbers, and the household's own contacts, ring whatever any other rule would say."""

from ringwarden.call import Action, Call, Verdict
from ringwarden.numbers.emergency import is_must_ring


def judge(call: Call, household) -> "Verdict | None":
    if call.number is None:
        return None
    if is_must_ring(call.number, household.home, call.interface):
        return Verdict(Action.RING, "EMERGENCY_NUMBER", details={"number": call.shown})
    name = household.contacts.get(call.key)
    if name is not None:
        return Verdict(Action.RING, "CONTACT", details={"name": name})
    return None
