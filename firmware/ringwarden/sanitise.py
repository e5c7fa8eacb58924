# SPDX-License-Identifier: Apache-2.0
"""A peer's text is made harmless once, here, before any log, page or terminal sees it.

Caller-ID names are bytes chosen by a stranger: terminal escapes, HTML, line feeds and bidirectional controls included.
"""

NAME_MAX = 50  # GR-30 allows 15 characters, EN 300 659-3 allows 50


def clean_name(raw: bytes) -> str:
    """Printable text of at most `NAME_MAX` characters from the bytes of a name parameter.

    EN 300 659-3 says ISO 8859-1; bytes that are UTF-8 to the last, as newer exchanges send, are read as that. Control
    characters become spaces, runs of spaces collapse.
    """
    return clean_text(_utf8(raw) or "".join([chr(byte) for byte in raw]), NAME_MAX)


def _utf8(raw: bytes) -> str:
    """The text, "" when the bytes are no UTF-8. One interpreter is lenient, so it is written anew and compared."""
    try:
        codes = [ord(char) for char in bytes(raw).decode("utf-8")]
    except UnicodeError:
        return ""
    if [code for code in codes if 0xD800 <= code <= 0xDFFF]:
        return ""
    text = "".join([chr(code) for code in codes])
    return text if text.encode("utf-8") == bytes(raw) else ""


def clean_text(text: str, limit: int) -> str:
    """`text` without control, format and surrogate characters, at most `limit` characters, spaces collapsed."""
    kept: "list[str]" = []
    for char in text:
        char = char if printable(ord(char)) and char != "\xa0" else " "
        if char == " " and (not kept or kept[-1] == " "):
            continue
        kept.append(char)
        if len(kept) == limit:
            break
    return "".join(kept).strip(" ")  # what else counts as space differs between interpreters


def clean_digits(text: str, limit: int = 40) -> str:
    """What a number field may show: printable ASCII only, anything else as "?"; judging it is for the referee."""
    return "".join([char if 32 < ord(char) < 127 else "?" for char in text[:limit] if char != " "])


def printable(code: int) -> bool:
    """Whether a character is seen as itself: no control, format, private or surrogate character."""
    if code < 0x20 or 0x7F <= code < 0xA0 or code == 0xAD:
        return False
    if 0x200B <= code <= 0x200F or 0x2028 <= code <= 0x202E or 0x2060 <= code <= 0x206F or code == 0xFEFF:
        return False  # zero-width, line separators, bidirectional overrides
    return not (0xD800 <= code <= 0xF8FF or 0xFFF0 <= code <= 0xFFFF or code >= 0xE0000)
