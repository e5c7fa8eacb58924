# SPDX-License-Identifier: Apache-2.0
"""Simulated flash and small lists for the portable tests, under the same names on both interpreters."""

import hashlib
import struct
import sys

from test_blocklist import TINY

from ringwarden import native

try:
    from ringwarden_simulator.flash import FileFlash, PowerCut, RamFlash, Refused
except ImportError:  # MicroPython finds the simulator by its folder
    sys.path.append(__file__.rsplit("/", 1)[0] + "/../../firmware/boards/simulator")
    from flash import FileFlash, PowerCut, RamFlash, Refused  # type: ignore

__all__ = ["FileFlash", "NEW", "OLD", "PowerCut", "RamFlash", "Refused", "digest", "fill"]


def for_country(data: bytes, country: bytes) -> bytes:
    """The same list, made for another country: other bytes, all checksums right."""
    length = struct.unpack_from("<H", data, 10)[0]
    header = data[:20] + country + data[22 : length - 4]
    return header + struct.pack("<I", native.crc32(header)) + data[length:]


OLD = TINY
NEW = for_country(TINY, b"DE")


def digest(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def fill(slots, data: bytes, piece: int = 48, serial: int = 0):
    """A whole update: begin, write, commit."""
    writer = slots.begin(len(data), digest(data), serial)
    for offset in range(0, len(data), piece):
        writer.write(offset, data[offset : offset + piece])
    return writer.commit()
