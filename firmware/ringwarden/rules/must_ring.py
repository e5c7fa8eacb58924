# SPDX-License-Identifier: Apache-2.0
"""Who rings whatever any other rule would say: emergency and call-back numbers, the household's contacts, whomever it
called in the last days, and everybody for two hours after it called for help."""

from ringwarden.call import Action, Call, Verdict
from ringwarden.numbers.emergency import is_must_ring


def judge(call: Call, household) -> "Verdict | None":
    if call.number is not None:
        if is_must_ring(call.number, household.home, call.interface):
            return Verdict(Action.RING, "EMERGENCY_NUMBER", details={"number": call.shown})
        name = household.contacts.get(call.key)
        if name is not None:
            return Verdict(Action.RING, "CONTACT", details={"name": name})
    if household.open_line.is_open(call.tick, call.at):
        return Verdict(Action.RING, "CALLED_FOR_HELP")
    if household.open_line.knows(call.key, call.at):
        # Somebody at home called a caller that was refused: it has to ring, but whoever answers should know.
        refused = call.key in household.refused
        return Verdict(Action.LABEL if refused else Action.RING, "DIALLED_REFUSED" if refused else "DIALLED")
    return None
