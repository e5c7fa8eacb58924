# SPDX-License-Identifier: Apache-2.0
"""From what a display, a contact card or a SIP header says to digits."""

LONGEST = 256  # characters read; a telephone number in a URI fits easily
KEPT = 32  # characters of the result

# Separators that people, phones and contact cards write: hyphens, dots, brackets, slashes and their typographic forms,
# and the invisible marks that copying from a contact card leaves.
_SEPARATORS = (
    " \t\r\n-.()[]/"
    "\u00a0\u00ad\u2007\u2009\u200a\u200b\u200c\u200d\u200e\u200f\u2010\u2011\u2012\u2013\u2014\u2015"
    "\u202a\u202b\u202c\u202d\u202e\u202f\u2060\u2066\u2067\u2068\u2069\u2212\u2215\u3000\ufeff\uff08\uff09\uff0d\uff0e\uff0f"
)
# Zeros of the decimal digits that phones write: full-width, Arabic-Indic, Persian, Devanagari, Bengali, Thai.
_ZEROS = (0xFF10, 0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50)


def user_part(text: str) -> str:
    """The number inside a tel:, sip: or sips: URI, with or without a display name; other text as it is.

    Parameters (RFC 3966 clause 3) are ignored, phone-context too.
    """
    if "<" in text and ">" in text:
        inside = text[text.rfind("<") + 1 :]
        text = inside[: inside.find(">")] if ">" in inside else inside
    lower = text[:5].lower()
    for scheme in ("tel:", "sips:", "sip:"):
        if lower.startswith(scheme):
            text = text[len(scheme) :]
            at = text.find("@")
            text = text[:at] if at >= 0 else text
            for mark in (";", "?", ":"):
                at = text.find(mark)
                text = text[:at] if at >= 0 else text
            return text.replace("%2B", "+").replace("%2b", "+")
    return text


def digit(char: str) -> str:
    """The ASCII form of one character: a digit, "+", "" for a separator, itself for other printable ASCII, else "?"."""
    if "0" <= char <= "9" or char == "+":
        return char
    if char in _SEPARATORS:
        return ""
    code = ord(char)
    if 32 < code < 127:
        return char
    if code == 0xFF0B:
        return "+"
    for zero in _ZEROS:
        if zero <= code < zero + 10:
            return chr(code - zero + 48)
    return "?"


def clean(shown: str) -> str:
    """Digits as displayed, at most 32 characters, perhaps with a leading "+"; `Number.shown` says what else can remain.

    Never raises, and looks at no more than the first 256 characters.
    """
    out = ""
    for char in user_part(shown[:LONGEST].strip()):
        out += digit(char)
        if len(out) >= KEPT:
            break
    return out


def is_dialable(text: str) -> bool:
    """Whether cleaned text is digits with at most a leading "+"."""
    digits = text[1:] if text.startswith("+") else text
    if not digits:
        return False
    for char in digits:
        if not "0" <= char <= "9":
            return False
    return True
