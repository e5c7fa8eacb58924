# SPDX-License-Identifier: Apache-2.0
"""One value, one text: JSON with sorted keys, no spaces and integers only, the same bytes on every interpreter.

Floats have no single text and are refused. Two forms differ only in control characters: the journal's escapes them, so that
an entry is one line; the signed form (OLPC's canonical JSON, which TUF signs) leaves them as they are.
"""


def encode(value) -> str:
    """JSON text of None, bool, int, str, list, tuple and dict with str keys. Raises TypeError for anything else."""
    parts: "list[str]" = []
    _encode(value, parts, True)
    return "".join(parts)


def signed_form(value) -> bytes:
    """What a TUF signature is made over. Raises TypeError like `encode`; nesting too deep raises RuntimeError."""
    parts: "list[str]" = []
    _encode(value, parts, False)
    return "".join(parts).encode()


def _encode(value, parts: "list[str]", escape: bool) -> None:
    if value is None or value is True or value is False:
        parts.append({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, str):
        _quote(value, parts, escape)
    elif isinstance(value, int):
        parts.append(str(value))
    elif isinstance(value, (list, tuple)):
        mark = "["
        for item in value:
            parts.append(mark)
            _encode(item, parts, escape)
            mark = ","
        parts.append("]" if mark == "," else "[]")
    elif isinstance(value, dict):
        mark = "{"
        for key in sorted(value):  # by code point, which is also the order of UTF-8
            parts.append(mark)
            _quote(key, parts, escape)
            parts.append(":")
            _encode(value[key], parts, escape)
            mark = ","
        parts.append("}" if mark == "," else "{}")
    else:
        raise TypeError("canonical JSON has no form for this type: " + type(value).__name__)


def _quote(text: str, parts: "list[str]", escape: bool) -> None:
    if not isinstance(text, str):
        raise TypeError("canonical JSON keys are strings")
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    if escape and any(ord(char) < 0x20 for char in text):
        text = "".join(["\\u{:04x}".format(ord(char)) if ord(char) < 0x20 else char for char in text])
    parts.append('"')
    parts.append(text)
    parts.append('"')
