# SPDX-License-Identifier: Apache-2.0
"""Why a number is listed. The index is stored in lists (docs/FORMATS.md): append, never reorder."""

NAMES = (
    "unspecified",
    "finance",
    "property",
    "medical",
    "health_food",
    "recruitment",
    "tourism",
    "other_marketing",
    "malicious",
    "criminal",
)

MARKETING = ("finance", "property", "medical", "health_food", "recruitment", "tourism", "other_marketing")


def name(index):
    """The category with this index; one that a newer list knows and we do not reads as "unspecified"."""
    return NAMES[index] if 0 <= index < len(NAMES) else NAMES[0]
