# SPDX-License-Identifier: Apache-2.0
"""What the household says about callers whose displayed name looks like this: "*loan*", in capitals or not.

The caller chooses the name, so a name can warn, quieten or let ring what nothing is known against, and never drops.
"""

from ringwarden.call import Call, Verdict


def judge(call: Call, household) -> "Verdict | None":
    if not household.names or not call.name:
        return None
    name = _fold(call.name)
    for pattern, action, note in household.names:
        if matches(_fold(pattern), name):
            return Verdict(action, "NAME_PATTERN", details={"name": call.name, "pattern": pattern, "note": note})
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether the whole text is like the pattern, in which * stands for any characters or none."""
    parts = pattern.split("*")
    if len(parts) == 1:
        return text == pattern
    if not text.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - at >= len(parts[-1]) and text.endswith(parts[-1])


def _fold(text: str) -> str:
    """Small letters: of ASCII and Latin-1 only, alike on every interpreter."""
    folded = [
        chr(ord(char) + 32) if "A" <= char <= "Z" or "À" <= char <= "Þ" and char != "×" else char for char in text
    ]
    return "".join(folded)
