# SPDX-License-Identifier: Apache-2.0
"""The rules, one file each, in the order in which they are asked. A new rule is a new file and a line here.

A rule is `judge(call, household) -> Verdict | None`; None passes the call on. It reads and never changes anything.
Places kept for rules that are planned: authentication (before the referee), consent and hours (before the list).
"""

from ringwarden.rules import allowed, anonymous, flood, listed, must_ring, quiet_hours, referee, refused, stranger

ORDER = (
    must_ring,
    allowed,
    refused,
    flood,
    referee,
    listed,
    quiet_hours,
    anonymous,
    stranger,
)
