# SPDX-License-Identifier: Apache-2.0
"""One value, one text: JSON with sorted keys, no spaces and integers only, the same bytes on every interpreter.

Floats have no single text and are refused. Two forms differ only in control characters: the journal's escapes them, so
that an entry is one line; the signed form (OLPC's canonical JSON, which TUF signs) leaves them as they are.
"""

_PIECE = 256  # bytes handed on at once


def encode(value) -> str:
    """JSON text of None, bool, int, str, list, tuple and dict with str keys. Raises TypeError for anything else."""
    parts: "list[str]" = []
    _encode(value, parts.append, True)
    return "".join(parts)


def write_signed(value, write) -> None:
    """What a TUF signature is made over, piece by piece into `write(bytes)`; raises like `encode`."""
    waiting = bytearray()

    def put(text: str) -> None:
        waiting.extend(text.encode())
        if len(waiting) >= _PIECE:
            write(waiting)
            waiting[:] = b""

    _encode(value, put, False)
    write(waiting)


def signed_form(value) -> bytes:
    """The same in one piece."""
    pieces: "list[bytes]" = []
    write_signed(value, lambda piece: pieces.append(bytes(piece)))
    return b"".join(pieces)


def _encode(value, put, escape: bool) -> None:
    if value is None or value is True or value is False:
        put({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, str):
        _quote(value, put, escape)
    elif isinstance(value, int):
        put(str(value))
    elif isinstance(value, (list, tuple)):
        mark = "["
        for item in value:
            put(mark)
            _encode(item, put, escape)
            mark = ","
        put("]" if mark == "," else "[]")
    elif isinstance(value, dict):
        mark = "{"
        for key in sorted(value):  # by code point, which is also the order of UTF-8
            put(mark)
            _quote(key, put, escape)
            put(":")
            _encode(value[key], put, escape)
            mark = ","
        put("}" if mark == "," else "{}")
    else:
        raise TypeError("canonical JSON has no form for this type: " + type(value).__name__)


def _quote(text: str, put, escape: bool) -> None:
    if not isinstance(text, str):
        raise TypeError("canonical JSON keys are strings")
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    if escape and any(ord(char) < 0x20 for char in text):
        text = "".join(["\\u{:04x}".format(ord(char)) if ord(char) < 0x20 else char for char in text])
    put('"')
    put(text)
    put('"')
