# SPDX-License-Identifier: Apache-2.0
"""Caller-ID messages as an exchange writes them: SDMF and MDMF (GR-30-CORE, EN 300 659-3), and a DTMF line's digits."""

from __future__ import annotations

SDMF = 0x04
MDMF = 0x80
DATETIME, NUMBER, NUMBER_ABSENT, NAME, NAME_ABSENT = 0x01, 0x02, 0x04, 0x07, 0x08

# EN 300 659-1 annex B: instead of a number, the letter B and why there is none.
_DTMF_ABSENCE = {"P": "B10", "O": "B00"}


def checksum(data: bytes) -> int:
    """The two's complement of the sum of all bytes, modulo 256."""
    return -sum(data) & 0xFF


def sealed(kind: int, body: bytes) -> bytes:
    """Type, length, body and checksum. ValueError when the body is longer than one length byte can say."""
    if len(body) > 255:
        raise ValueError(f"a caller-ID message holds at most 255 bytes, this one has {len(body)}")
    frame = bytes([kind, len(body)]) + body
    return frame + bytes([checksum(frame)])


def sdmf(datetime: str, number: str, absence: str = "") -> bytes:
    """A single-data message: the date and the number, or its absence letter in the number's place."""
    return sealed(SDMF, datetime.encode("ascii") + (absence or number).encode("ascii"))


def mdmf(datetime: str, number: str, absence: str = "", name: bytes = b"", name_absence: str = "") -> bytes:
    """A multiple-data message. Without number and absence it carries neither parameter, as some exchanges do."""
    body = parameter(DATETIME, datetime.encode("ascii"))
    if absence:
        body += parameter(NUMBER_ABSENT, absence.encode("ascii"))
    elif number:
        body += parameter(NUMBER, number.encode("ascii"))
    if name_absence:
        body += parameter(NAME_ABSENT, name_absence.encode("ascii"))
    elif name:
        body += parameter(NAME, name)
    return sealed(MDMF, body)


def parameter(kind: int, value: bytes) -> bytes:
    """One parameter of an MDMF message."""
    return bytes([kind, len(value)]) + value


def spoiled(frame: bytes) -> bytes:
    """The same message with a checksum that is wrong."""
    return frame[:-1] + bytes([frame[-1] ^ 0x55])


def dtmf_keys(number: str, absence: str = "", start: str = "D", end: str = "C") -> str:
    """The keys a DTMF line sends: `start` and the number, or the code of its absence, then `end`; never a "+"."""
    return (_DTMF_ABSENCE[absence] if absence else start + number.replace("+", "")) + end
