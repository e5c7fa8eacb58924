# SPDX-License-Identifier: Apache-2.0
"""At night only those ring that an earlier rule let in. Without a clock that was set there is no night."""

from ringwarden.call import Call, Verdict
from ringwarden.settings import hhmm, is_within


def judge(call: Call, household) -> "Verdict | None":
    if household.quiet is None or not call.at:
        return None
    start, end, days = household.quiet
    if not is_within(household.local(call.at), start, end, days):
        return None
    return Verdict(household.action("quiet_hours"), "QUIET_HOURS", details={"from": hhmm(start), "until": hhmm(end)})
