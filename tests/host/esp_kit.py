# SPDX-License-Identifier: Apache-2.0
"""Images as MicroPython's builds for ESP32 are laid out, with other things than MicroPython in them."""

import hashlib
import random
import struct
from pathlib import Path

from ringwarden_tools.flashing.partitions import Partition, Table

CHIPS = {"esp32c3": 5, "esp32c6": 13, "esp32s3": 9}


def app(chip: int, payload: bytes, address: int = 0x3C000020, size_code: int = 0x20) -> bytes:
    """One application image: a segment, its checksum, its SHA-256."""
    payload = payload.ljust(-(-len(payload) // 4) * 4, b"\0")
    body = struct.pack("<BBBBI", 0xE9, 1, 2, size_code | 0xF, 0x40380000)
    body += struct.pack("<BBBBHBHHIB", 0xEE, 0, 0, 0, chip, 0, 0, 99, 0, 1)
    body += struct.pack("<II", address, len(payload)) + payload
    checksum = 0xEF
    for byte in payload:
        checksum ^= byte
    body += b"\0" * (15 - len(body) % 16) + bytes([checksum])
    return body + hashlib.sha256(body).digest()


def description(project: bytes, version: bytes) -> bytes:
    """ESP-IDF's description of an application, 256 bytes."""
    told = struct.pack(
        "<III8x32s32s16s16s32s", 0xABCD5432, 0, 0, version, project, b"00:00:00", b"Jan 1 2026", b"v5.5.1"
    )[:-4]
    return told.ljust(256, b"\0")


def firmware(
    chip: str = "esp32c3", version: str = "v1.28.0", project: str = "micropython", size: int = 40_000, seed: int = 1
) -> bytes:
    """A whole image from offset 0, as it is downloaded. `size`: bytes of the application."""
    number = CHIPS[chip]
    noise = random.Random(seed)
    boot = app(number, noise.randbytes(2000), 0x3FCD5820)
    table = Table(
        4 << 20,
        (
            Partition("nvs", 1, 2, 0x9000, 0x6000),
            Partition("phy_init", 1, 1, 0xF000, 0x1000),
            Partition("factory", 0, 0, 0x10000, 0x1F0000),
            Partition("vfs", 1, 0x81, 0x200000, 0x200000),
        ),
    )
    payload = description(project.encode(), version.encode()) + noise.randbytes(size)
    if project == "micropython":
        payload += f"MicroPython {version} on 2026-01-01; Generic".encode() + b"\0"
    whole = boot.ljust(0x8000, b"\xff") + table.binary()
    return whole.ljust(0x10000, b"\xff") + app(number, payload)


def write(path: Path, **told: object) -> Path:
    """The same in a file."""
    path.write_bytes(firmware(**told))  # type: ignore[arg-type]
    return path
