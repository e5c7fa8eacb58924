# SPDX-License-Identifier: Apache-2.0
"""What the household says about all numbers that begin alike, to a last day if it gives one. The longest prefix wins.

A prefix holds callers that nobody has named, so it can keep them quiet but never drop them.
"""

from ringwarden.call import Call, Verdict
from ringwarden.settings import SettingsError, day

LONGEST = 15  # digits of a number in international form


def read(entry: dict, home, place: str) -> "tuple[int, str]":
    """An entry of the document as the digits of the number in international form, and "action lastday note".

    "+8610" is taken as it is, "010" behind the trunk 0 and "400" behind nothing belong to the country; "+" is 0, any
    caller from abroad. The last day counts from 1970, 0 for none.
    """
    text = entry["prefix"].replace(" ", "").replace("-", "")
    if text.startswith("00") and home.code != "1":
        text = "+" + text[2:]
    digits = text[1:] if text[0] == "+" else home.code + text.lstrip("0")
    if digits == home.code and text[0] != "+":
        raise SettingsError(place, "every_number")
    if digits[:1] == "0" or len(digits) > LONGEST:
        raise SettingsError(place, "prefix")
    last_day = day(entry["until"]) if "until" in entry else 0
    return int(digits or "0"), "{} {} {}".format(entry["action"], last_day, entry.get("note", ""))


def judge(call: Call, household) -> "Verdict | None":
    if not call.key or not household.prefixes:
        return None
    digits = str(call.key)
    today = household.local(call.at) // 86400
    for length in range(min(len(digits), LONGEST), -1, -1):
        if not length and not _is_from_abroad(call.number, household.home):
            return None
        rule = household.prefixes.get(int(digits[:length] or "0"))
        if rule is None:
            continue
        action, last_day, note = rule.split(" ", 2)
        # Without a clock nobody knows whether the last day has passed: then the rule is silent.
        if int(last_day) and not 0 < today <= int(last_day):
            continue
        reason = "PREFIX" if length else "PREFIX_ABROAD"
        return Verdict(action, reason, details={"prefix": "+" + digits[:length], "note": note})
    return None


def _is_from_abroad(number, home) -> bool:
    return number.form == "international" or not number.e164.startswith("+" + home.code)
