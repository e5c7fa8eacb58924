# SPDX-License-Identifier: Apache-2.0
"""The official MicroPython image that a user downloaded: which chip and version it is for, and whether it is whole.

Such a file is what stands on flash from offset 0: bootloader, partition table at 0x8000, application at 0x10000.
"""

import hashlib
import re
import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from esptool.bin_image import LoadFirmwareImage
from esptool.util import FatalError

from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import partitions

CHIPS = {5: "esp32c3", 13: "esp32c6"}  # by the number in an image's header
NAMES = {"esp32c3": "ESP32-C3", "esp32c6": "ESP32-C6"}
PAGES = {
    "esp32c3": "https://micropython.org/download/ESP32_GENERIC_C3/",
    "esp32c6": "https://micropython.org/download/ESP32_GENERIC_C6/",
}
OLDEST = (1, 25)  # the first whose native modules for RV32IMC a box can load
APPLICATION = 0x10000

_OTHER_CHIPS = {0: "ESP32", 2: "ESP32-S2", 9: "ESP32-S3", 12: "ESP32-C2", 16: "ESP32-H2", 18: "ESP32-P4"}
_SIZES = {4: 0x20, 8: 0x30, 16: 0x40}  # the upper half of byte 3 of a bootloader, by megabytes
_DESCRIPTION = "<III8x32s32s16s16s32s"


@dataclass(frozen=True)
class Official:
    """A checked image: `version` as MicroPython writes it, `bootloader` and `application` as they stand in it."""

    path: Path
    chip: str
    version: str
    bootloader: bytes
    application: bytes

    def bootloader_for(self, flash_size: int) -> bytes:
        """The bootloader with this flash size in its header, which it compares the partitions with."""
        image = bytearray(self.bootloader)
        image[3] = image[3] & 0x0F | _SIZES[flash_size // partitions.MIB]
        return _sealed(self.chip, bytes(image))


def where_to_get(chip: str = "") -> str:
    """A sentence's end: the pages with official images."""
    pages = [PAGES[chip]] if chip in PAGES else list(PAGES.values())
    return "download one from " + " or ".join(pages)


def load(path: Path) -> Official:
    """Check the file. `UserError` says what is wrong with it and where to get another."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): {where_to_get()}") from None
    chip = _chip(path, data)
    boot, _ = _whole(path, chip, data, 0, "bootloader")
    if len(boot) > partitions.TABLE_OFFSET:
        raise UserError(
            f"{path} is an application without bootloader and partition table: take the .bin file that is flashed at "
            f"offset 0, {where_to_get(chip)}"
        )
    factory = _factory(path, chip, data)
    application, loaded = _whole(path, chip, data, APPLICATION, "application")
    room = partitions.load(4 * partitions.MIB).find("factory").size
    if len(application) > room:
        raise UserError(
            f"{path} has an application of {len(application):,} bytes, a box has room for {room:,}: use the image "
            f"for the generic board, {where_to_get(chip)}"
        )
    if factory.offset != APPLICATION:
        raise UserError(f"{path} has its application at {factory.offset:#x} instead of 0x10000: {where_to_get(chip)}")
    return Official(path, chip, _version(path, chip, application, loaded), boot, application)


def _chip(path: Path, data: bytes) -> str:
    if len(data) < 24 or data[0] != 0xE9:
        raise UserError(f"{path} is no firmware image for an ESP32: {where_to_get()}")
    number = struct.unpack_from("<H", data, 12)[0]
    if number not in CHIPS:
        other = _OTHER_CHIPS.get(number, f"chip number {number}")
        raise UserError(f"{path} is for the {other}, a box has an ESP32-C3 or C6: {where_to_get()}")
    return CHIPS[number]


def _whole(path: Path, chip: str, data: bytes, offset: int, what: str) -> tuple[bytes, Any]:
    """The image at `offset`, with its checksum and SHA-256 compared."""
    broken = f"{path} is damaged or cut short (its {what}"
    try:
        stream = BytesIO(data[offset:])
        loaded = LoadFirmwareImage(chip, stream.getvalue())
    except (FatalError, struct.error, IndexError, TypeError) as error:
        reason = str(error).splitlines()[0] if str(error) else "unreadable"
        raise UserError(f"{broken}: {reason.rstrip('.')}): {where_to_get(chip)}") from None
    if loaded.checksum != loaded.calculate_checksum():
        raise UserError(f"{broken} has a wrong checksum): {where_to_get(chip)}")
    if not loaded.append_digest:
        raise UserError(f"{broken} carries no SHA-256): {where_to_get(chip)}")
    if loaded.stored_digest != loaded.calc_digest:
        raise UserError(f"{broken} has a wrong SHA-256): {where_to_get(chip)}")
    return data[offset : offset + loaded.data_length + 32], loaded


def _sealed(chip: str, image: bytes) -> bytes:
    """The image with its SHA-256 made anew. The checksum does not cover the header."""
    return image[:-32] + hashlib.sha256(image[:-32]).digest()


def _factory(path: Path, chip: str, data: bytes) -> partitions.Partition:
    try:
        table = partitions.parse(data[partitions.TABLE_OFFSET : partitions.TABLE_OFFSET + partitions.TABLE_SIZE])
        return next(entry for entry in table.partitions if entry.kind == 0)
    except (partitions.TableError, StopIteration) as error:
        reason = str(error) or "no application in it"
        raise UserError(
            f"{path} has no partition table where one belongs ({reason}): take the .bin file that is flashed at "
            f"offset 0, {where_to_get(chip)}"
        ) from None


def _version(path: Path, chip: str, application: bytes, loaded: Any) -> str:
    """MicroPython's version: from the application's description, or from the text that its REPL greets with."""
    magic, _, _, version, project, _, _, _ = struct.unpack_from(_DESCRIPTION, application, 32)
    texts = [version.split(b"\0")[0].decode("ascii", "replace")] if magic == 0xABCD5432 else []
    named = magic == 0xABCD5432 and project.split(b"\0")[0] == b"micropython"
    greeting = re.search(
        rb"MicroPython (v[0-9]+\.[0-9]+[0-9A-Za-z.+-]*)|\b(v1\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]*) on 20", application
    )
    if greeting:
        texts.insert(0, (greeting[1] or greeting[2]).decode())
    elif not named:
        raise UserError(f"{path} is an image for the {NAMES[chip]}, but not of MicroPython: {where_to_get(chip)}")
    for text in texts:
        found = re.match(r"v?([0-9]+)\.([0-9]+)", text)
        if found:
            if (int(found[1]), int(found[2])) < OLDEST:
                raise UserError(f"{path} is MicroPython {text}, a box needs 1.25 or newer: {where_to_get(chip)}")
            return text
    raise UserError(f"{path} does not say which version of MicroPython it is: {where_to_get(chip)}")
