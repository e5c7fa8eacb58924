# SPDX-License-Identifier: Apache-2.0
"""At night only those ring that an earlier rule let in. Without a clock that was set there is no night."""

from ringwarden.call import Call, Verdict
from ringwarden.civil import minute_of_day


def judge(call: Call, household) -> "Verdict | None":
    if household.quiet is None or not call.at:
        return None
    start, end = household.quiet
    now = minute_of_day(household.local(call.at))
    inside = start <= now < end if start <= end else now >= start or now < end
    if not inside:
        return None
    return Verdict(household.action("quiet_hours"), "QUIET_HOURS", details={"from": _hhmm(start), "until": _hhmm(end)})


def _hhmm(minute: int) -> str:
    return "{:02d}:{:02d}".format(minute // 60, minute % 60)
