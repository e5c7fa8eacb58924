# SPDX-License-Identifier: Apache-2.0
"""The delta between two lists, proven on the spot to give the new list byte for byte."""

from ringwarden.blocklist import ListError
from ringwarden.blocklist.delta import DeltaError
from ringwarden_tools.lists import delta


def between(old: bytes, new: bytes) -> bytes | None:
    """The delta that makes `new` of `old` as a box does; None when these two have none (an old format, too large)."""
    try:
        made = delta.make(delta.take_apart(old), delta.take_apart(new)).data
        return made if delta.applied(old, made) == new else None
    except (ListError, DeltaError):
        return None
