# SPDX-License-Identifier: Apache-2.0
"""What the household says about all numbers that begin alike, to a last day if it gives one. The longest prefix wins.

A prefix holds callers that nobody has named, so it can keep them quiet but never drop them.
"""

from ringwarden.call import Call, Verdict
from ringwarden.settings import SettingsError, day


def read(entry: dict, home, place: str) -> "tuple[str, str, int, str]":
    """An entry of the document as (digits of the number in international form, action, last day or 0, note).

    "+8610" is taken as it is, "010" behind the trunk 0 and "400" behind nothing belong to the country; "+" is "", any
    caller from abroad.
    """
    text = entry["prefix"].replace(" ", "").replace("-", "")
    if text.startswith("00") and home.code != "1":
        text = "+" + text[2:]
    if text[0] == "+":
        digits = text[1:]
    else:
        digits = home.code + text.lstrip("0")
        if digits == home.code:
            raise SettingsError(place, "every_number")
    last_day = day(entry["until"]) if "until" in entry else 0
    return digits, entry["action"], last_day, entry.get("note", "")


def judge(call: Call, household) -> "Verdict | None":
    if not household.prefixes or not call.key:
        return None
    digits = str(call.key)
    today = household.local(call.at) // 86400
    for prefix, action, last_day, note in household.prefixes:
        # Without a clock nobody knows whether the last day has passed: then the rule is silent.
        if last_day and not 0 < today <= last_day:
            continue
        if digits.startswith(prefix) if prefix else _is_from_abroad(call.number, household.home):
            reason = "PREFIX" if prefix else "PREFIX_ABROAD"
            return Verdict(action, reason, details={"prefix": "+" + prefix, "note": note})
    return None


def _is_from_abroad(number, home) -> bool:
    return number.form == "international" or not number.e164.startswith("+" + home.code)
