# SPDX-License-Identifier: Apache-2.0
"""Profiles: starting points for what the box does. What the household sets itself in `actions` wins over them.

Each says only where it differs from `ACTIONS`; a name that ends in a dot stands for all settings of its group.
"""

from ringwarden import categories

# What the box does when a rule speaks: the profile "default". Must-ring rules have no setting.
ACTIONS = {
    "refused": "drop",
    "flood": "silence",
    "repeated": "silence",
    "referee.impossible": "silence",
    "referee.suspect": "label",
    "consented": "label",
    "consent.outside": "",  # as listed.other_marketing
    "consent.expired": "",
    "consent.revoked": "",
    "one_ring": "label",
    "quiet_hours": "silence",
    "anonymous.withheld": "label",
    "anonymous.unavailable": "label",
    "anonymous.none": "label",
    "anonymous.broken": "label",
    "stranger": "ring",
}
for _category in categories.NAMES:
    ACTIONS["listed." + _category] = "drop"

PROFILES = {
    "default": {},
    # Everything rings that may be wanted; the phone says what is known against it.
    "gentle": {
        "flood": "label",
        "repeated": "label",
        "referee.impossible": "label",
        "listed.": "label",
        "listed.malicious": "silence",
        "listed.criminal": "silence",
    },
    # Whoever hides, or shows an odd number, has to press a digit first.
    "strict": {
        "flood": "challenge",
        "referee.suspect": "challenge",
        "one_ring": "silence",
        "anonymous.": "challenge",
    },
    # The phone rings for those the household knows, and for nobody else.
    "contacts_only": {
        "referee.suspect": "silence",
        "one_ring": "silence",
        "anonymous.": "silence",
        "stranger": "silence",
    },
}

# Only what is exact or was said by the household itself may drop a call; the rest cannot be known (docs/DESIGN.md, 3).
MAY_DROP = ("refused", "listed.", "consent.")
MAY_DROP_IF_STRICT = ("flood",)


def may_drop(setting: str, profile: str) -> bool:
    """Whether the household may let the rule behind `setting` drop a call."""
    return setting.startswith(MAY_DROP) or (profile == "strict" and setting in MAY_DROP_IF_STRICT)
