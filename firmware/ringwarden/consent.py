# SPDX-License-Identifier: Apache-2.0
"""The consent register: which companies may call, what for, when and until when. Whoever is not in it has none.

The evidence (what was agreed, or the SHA-256 of a file) stays in the document; only what a call is judged by is in
memory: a tuple (company, purpose, start, end, days, expires, revoked) of minutes, weekday bits and days since 1970.
"""

from ringwarden import settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    Consent = tuple[str, str, int, int, int, int, int]

IN_HOURS, NO_CLOCK, OUTSIDE, EXPIRED, REVOKED = "in_hours", "no_clock", "outside", "expired", "revoked"
_BEST_FIRST = (IN_HOURS, NO_CLOCK, OUTSIDE, EXPIRED, REVOKED)


def read(entry: dict) -> "Consent":
    """One entry of the document, checked before."""
    hours = entry["hours"]
    return (
        entry["company"],
        entry["purpose"],
        settings.minute(hours["from"]),
        settings.minute(hours["until"]),
        settings.weekday_mask(hours.get("days", [])),
        settings.day(entry["expires"]),
        settings.day(entry["revoked"]) if "revoked" in entry else 0,
    )


def standing(consent: "Consent", local_seconds: int) -> str:
    """What the consent is worth at a local time (0: no clock): one of the five words above.

    It lasts to the end of the day on which it expires, and ends with the beginning of the day on which it was revoked.
    """
    _, _, start, end, days, expires, revoked = consent
    if not local_seconds:  # a revocation was written down by somebody: it holds without a clock
        return REVOKED if revoked else NO_CLOCK
    today = local_seconds // 86400
    if revoked and today >= revoked:
        return REVOKED
    if today > expires:
        return EXPIRED
    return IN_HOURS if settings.is_within(local_seconds, start, end, days) else OUTSIDE


def best(consents: "list[Consent]", local_seconds: int) -> "tuple[str, Consent]":
    """Of several consents for one number, the one that is worth most now."""
    found = [(_BEST_FIRST.index(standing(one, local_seconds)), one) for one in consents]
    rank, consent = min(found)
    return _BEST_FIRST[rank], consent
