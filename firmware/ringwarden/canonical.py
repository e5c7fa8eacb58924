# SPDX-License-Identifier: Apache-2.0
"""One value, one text: JSON with sorted keys, no spaces and integers only, the same bytes on every interpreter.

This is what journals hold and what signatures are made over; floats have no single text and are refused.
"""


def encode(value) -> str:
    """JSON text of None, bool, int, str, list, tuple and dict with str keys. Raises TypeError for anything else."""
    parts: "list[str]" = []
    _encode(value, parts)
    return "".join(parts)


def _encode(value, parts: "list[str]") -> None:
    if value is None or value is True or value is False:
        parts.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, str):
        parts.append(_quote(value))
    elif isinstance(value, int):
        parts.append(str(value))
    elif isinstance(value, (list, tuple)):
        _sequence("[", value, lambda item: _encode(item, parts), "]", parts)
    elif isinstance(value, dict):

        def pair(key: str) -> None:
            parts.append(_quote(key) + ":")
            _encode(value[key], parts)

        _sequence("{", sorted(value), pair, "}", parts)
    else:
        raise TypeError("canonical JSON has no form for this type: " + type(value).__name__)


def _sequence(opening: str, items, write, closing: str, parts: "list[str]") -> None:
    parts.append(opening)
    first = True
    for item in items:
        if not first:
            parts.append(",")
        first = False
        write(item)
    parts.append(closing)


def _quote(text: str) -> str:
    if not isinstance(text, str):
        raise TypeError("canonical JSON keys are strings")
    out = ['"']
    for char in text:
        if char in '"\\':
            out.append("\\" + char)
        elif ord(char) < 0x20:
            out.append("\\u{:04x}".format(ord(char)))
        else:
            out.append(char)
    out.append('"')
    return "".join(out)
