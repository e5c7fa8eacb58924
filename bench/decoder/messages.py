# SPDX-License-Identifier: Apache-2.0
"""Caller-ID messages, byte by byte as the standards write them, and random ones.

GR-30-CORE 2.4 (SDMF, MDMF), EN 300 659-3 (parameter types), NTT's number display, EN 300 659-1 annex B (DTMF).
"""

from dataclasses import dataclass

import numpy as np

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DTMF_FRAMES = {"dtmf": ("A", "C"), "dtmf A#": ("A", "#"), "dtmf DC": ("D", "C"), "dtmf #": ("", "#"), "dtmf ": ("", "")}
DLE, SOH, STX, ETX = 0x10, 0x01, 0x02, 0x03


@dataclass(frozen=True)
class Sent:
    """One message: what goes over the line, and the fields by which any decoder's answer is recognised.

    data: bytes as sent (DTMF: ASCII keys). number, name and datetime (MMDDhhmm) are "" when the message has none.
    """

    data: bytes
    number: str
    name: str = ""
    datetime: str = ""


def seal(kind: int, body: bytes) -> bytes:
    """Type, length, body, and the byte that brings the sum of all of them to 0 modulo 256."""
    head = bytes((kind, len(body))) + body
    return head + bytes(((256 - sum(head)) % 256,))


def parameters(*pairs: tuple[int, bytes]) -> bytes:
    """Parameters of a multiple-data message: type, length, value."""
    return b"".join(bytes((kind, len(value))) + value for kind, value in pairs)


def odd_ones(byte: int) -> bool:
    """Whether the byte has an odd number of ones."""
    return byte.bit_count() % 2 == 1


def parity7(data: bytes) -> bytes:
    """Seven-bit characters with even parity in the eighth bit."""
    return bytes((c & 0x7F) | (0x80 if odd_ones(c & 0x7F) else 0) for c in data)


def crc_ntt(data: bytes) -> int:
    """CRC of x^16 + x^12 + x^5 + 1 over bits as they are sent, least significant first, from 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0x8408 if crc & 1 else crc >> 1
    return crc


def ntt(body: bytes, header: int = 0x07, kind: int = 0x40) -> bytes:
    """DLE SOH header DLE STX type length parameters DLE ETX with parity, and the CRC of all but the first two."""
    text = bytes((kind, len(body))) + body
    frame = bytes((header, DLE, STX)) + text.replace(bytes((DLE,)), bytes((DLE, DLE))) + bytes((DLE, ETX))
    frame = parity7(frame)
    crc = crc_ntt(frame)
    return parity7(bytes((DLE, SOH))) + frame + bytes((crc & 0xFF, crc >> 8))


def _digits(rng: np.random.Generator, count: int) -> str:
    return "".join(str(d) for d in rng.integers(0, 10, count))


def _name(rng: np.random.Generator) -> str:
    """8 to 12 characters: two words."""
    letters = [LETTERS[i] for i in rng.integers(0, 26, int(rng.integers(8, 13)))]
    letters[int(rng.integers(3, 6))] = " "
    return "".join(letters)


def _datetime(rng: np.random.Generator) -> str:
    month, day, hour, minute = (int(rng.integers(low, high)) for low, high in ((1, 13), (1, 29), (0, 24), (0, 60)))
    return f"{month:02}{day:02}{hour:02}{minute:02}"


def random_message(kind: str, rng: np.random.Generator) -> Sent:
    """A fresh message of about 38 bytes (mdmf), or another kind.

    kind: mdmf, sdmf, absent (MDMF, number and name withheld), call_type (MDMF, call type 0x11 first), waiting
    (message waiting with visual indicator 0x0B), ntt, a key of DTMF_FRAMES.
    """
    when, number, name = _datetime(rng), "2" + _digits(rng, 9), _name(rng)
    date_part, number_part, name_part = (1, when.encode()), (2, number.encode()), (7, name.encode())
    if kind == "mdmf":
        return Sent(seal(0x80, parameters(date_part, number_part, name_part)), number, name, when)
    if kind == "sdmf":
        return Sent(seal(0x04, (when + number).encode()), number, "", when)
    if kind == "call_type":
        return Sent(seal(0x80, parameters((0x11, b"\x01"), date_part, number_part, name_part)), number, name, when)
    if kind == "waiting":
        return Sent(seal(0x82, parameters((0x0B, b"\xff"), date_part, number_part, name_part)), number, name, when)
    if kind == "ntt":
        return Sent(ntt(parameters((0x02, number.encode()), (0x21, _digits(rng, 4).encode()))), number)
    if kind.startswith("dtmf"):
        start, end = DTMF_FRAMES[kind]
        return Sent(f"{start}{number}{end}".encode(), number)
    raise ValueError(f"unknown kind of message {kind}")
