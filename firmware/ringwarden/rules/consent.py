# SPDX-License-Identifier: Apache-2.0
"""Companies the household has agreed with. In the agreed hours they ring, labelled; otherwise they are marketing."""

from ringwarden.call import Action, Call, Verdict

_REASONS = {
    "in_hours": ("consented", "CONSENTED"),
    "outside": ("consent.outside", "CONSENT_OUTSIDE_HOURS"),
    "expired": ("consent.expired", "CONSENT_EXPIRED"),
    "revoked": ("consent.revoked", "CONSENT_REVOKED"),
}


def judge(call: Call, household) -> "Verdict | None":
    if call.key not in household.consents:
        return None
    from ringwarden.consent import NO_CLOCK, best
    from ringwarden.settings import hhmm, iso_day

    standing, consent = best(household.consents[call.key], household.local(call.at))
    company, purpose, start, end, _, expires, revoked = consent
    details = {"company": company, "purpose": purpose}
    if standing == NO_CLOCK:  # nobody can say whether it may call now
        return Verdict(Action.LABEL, "CONSENT_NO_CLOCK", details=details)
    setting, reason = _REASONS[standing]
    details["from"] = hhmm(start)
    details["until"] = hhmm(end)
    if standing in ("expired", "revoked"):
        details["date"] = iso_day(expires if standing == "expired" else revoked)
    category = "" if standing == "in_hours" else "other_marketing"
    return Verdict(household.action(setting), reason, category=category, details=details)
