# SPDX-License-Identifier: Apache-2.0
"""One record of a JSON or XML list, whatever its fields are called."""

from functools import lru_cache
from typing import Any, NamedTuple

from ringwarden_tools.lists import columns
from ringwarden_tools.lists.taking import Taker

_FALSE = ("", "0", "false", "no", "null", "none")
_BLOCKING = ("block", "drop", "reject", "blacklist", "")


class _Layout(NamedTuple):
    """Which field of a record says what, "" for none."""

    number: str
    category: str
    score: str
    withdrawn: tuple[str, ...]
    votes: str
    action: str


@lru_cache(maxsize=1000)
def _layout(names: tuple[str, ...]) -> _Layout | None:
    roles = columns.roles(list(names))
    if "number" not in roles:
        return None
    plain = {columns.plain(name): name for name in names}
    said = {role: names[at] for role, at in roles.items()}
    withdrawn = tuple(plain[name] for name in ("whitelisted", "archived") if name in plain)
    return _Layout(
        said["number"], said.get("category", ""), said.get("score", ""), withdrawn, plain.get("votes", ""),
        plain.get("action", ""),
    )  # fmt: skip


def take_record(taker: Taker, line: int, fields: dict[str, Any]) -> bool:
    """Take a record from its scalar fields; whether it names a number at all.

    PhoneBlock's flags count: a number on its white list, archived, or with votes of 0 (a removal) is left out; so is
    what a pattern list marks with another action than to block.
    """
    layout = _layout(tuple(fields))
    if layout is None:
        return False
    if any(str(fields[name]).strip().lower() not in _FALSE for name in layout.withdrawn) or (
        layout.votes and str(fields[layout.votes]).strip() == "0"
    ):
        taker.entries.leave_out("withdrawn by its source")
        taker.used += 1
    elif layout.action and _text(fields, layout.action).lower() not in _BLOCKING:
        taker.entries.leave_out("not meant to be blocked")
        taker.used += 1
    else:
        taker.record(line, *(_text(fields, name) for name in layout[:3]))
    return True


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return "" if value is None else str(value)
