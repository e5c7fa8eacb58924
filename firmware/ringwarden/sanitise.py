# SPDX-License-Identifier: Apache-2.0
"""A peer's text is made harmless once, here, before any log, page or terminal sees it.

Caller-ID names are bytes chosen by a stranger: terminal escapes, HTML, line feeds and bidirectional controls included.
"""

NAME_MAX = 50  # GR-30 allows 15 characters, EN 300 659-3 allows 50


def clean_name(raw: bytes) -> str:
    """Printable text of at most `NAME_MAX` characters from the bytes of a name parameter (EN 300 659-3: ISO 8859-1).

    Control characters become spaces, runs of spaces collapse, other bytes read as ISO 8859-1.
    """
    return clean_text("".join([chr(byte) for byte in raw]), NAME_MAX)


def clean_text(text: str, limit: int) -> str:
    """`text` without control, format and surrogate characters, at most `limit` characters, spaces collapsed."""
    kept: "list[str]" = []
    for char in text:
        char = char if printable(ord(char)) else " "
        if char == " " and (not kept or kept[-1] == " "):
            continue
        kept.append(char)
        if len(kept) == limit:
            break
    return "".join(kept).strip()


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
