# SPDX-License-Identifier: Apache-2.0
"""One record of a JSON or XML list, whatever its fields are called."""

from typing import Any

from ringwarden_tools.lists import columns
from ringwarden_tools.lists.taking import Taker

_FALSE = ("", "0", "false", "no", "null", "none")


def take_record(taker: Taker, line: int, fields: dict[str, Any]) -> bool:
    """Take a record from its scalar fields; whether it names a number at all.

    PhoneBlock's flags count: a number on its white list, archived, or with votes of 0 (a removal) is left out; so is
    what a pattern list marks with another action than to block.
    """
    named = {columns.plain(str(key)): value for key, value in fields.items()}
    roles = columns.roles(list(named))
    if "number" not in roles:
        return False
    values = list(named.values())

    def text(role: str) -> str:
        value = values[roles[role]] if role in roles else ""
        return "" if value is None else str(value)

    if _set(named, "whitelisted") or _set(named, "archived"):
        taker.entries.leave_out("withdrawn by its source")
    elif str(named.get("votes", "1")).strip() == "0":
        taker.entries.leave_out("withdrawn by its source")
    elif str(named.get("action", "block") or "block").lower() not in ("block", "drop", "reject", "blacklist"):
        taker.entries.leave_out("not meant to be blocked")
    else:
        taker.record(line, text("number"), text("category"), text("score"))
        return True
    taker.used += 1
    return True


def _set(named: dict[str, Any], key: str) -> bool:
    return key in named and str(named[key]).strip().lower() not in _FALSE
