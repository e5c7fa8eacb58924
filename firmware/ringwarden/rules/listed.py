# SPDX-License-Identifier: Apache-2.0
"""Numbers on the block list. The list's answer is exact, so this is the only rule that drops strangers."""

from ringwarden import categories
from ringwarden.call import Call, Verdict


def judge(call: Call, household) -> "Verdict | None":
    if household.blocklist is None or not call.key:
        return None
    index = household.blocklist.lookup(call.key)
    if index is None:
        return None
    category = categories.name(index)
    return Verdict(household.action("listed." + category), "LISTED", category=category)
