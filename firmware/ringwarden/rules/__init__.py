# SPDX-License-Identifier: Apache-2.0
"""The rules, one file each, in the order in which they are asked. A new rule is a new file and a line here.

A rule is `judge(call, household) -> Verdict | None`; None passes the call on. It reads and never changes anything.
Planned: authentication, before the referee.
"""

from ringwarden.rules import (
    allowed,
    anonymous,
    consent,
    flood,
    listed,
    must_ring,
    name_pattern,
    prefix,
    quiet_hours,
    referee,
    refused,
    stranger,
)

ORDER = (
    must_ring,
    allowed,
    refused,
    flood,
    referee,
    consent,
    prefix,
    listed,
    name_pattern,
    quiet_hours,
    anonymous,
    stranger,
)

ADVISE = (flood, referee, listed)  # "ring" from these means only that they have nothing against it
WARN = ADVISE + (prefix, name_pattern)  # "label" from these leaves the word to the rules behind them
MAY_DROP = ("refused", "flood", "consent", "listed")  # what is exact, or what the household said of this very caller
