# SPDX-License-Identifier: Apache-2.0
"""The official MicroPython image: what is accepted, and each sentence that is said otherwise."""

import random
from pathlib import Path

import esp_kit
import pytest

from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import official


@pytest.mark.parametrize(("chip", "version"), [("esp32c3", "v1.25.0"), ("esp32c6", "v1.28.0"), ("esp32c3", "v2.0.1")])
def test_an_official_image_is_taken(tmp_path: Path, chip: str, version: str) -> None:
    path = esp_kit.write(tmp_path / "mp.bin", chip=chip, version=version)
    found = official.load(path)
    assert (found.chip, found.version) == (chip, version)
    data = path.read_bytes()
    assert found.application == data[0x10000:]
    assert data.startswith(found.bootloader)


@pytest.mark.parametrize("megabytes", [4, 8, 16])
def test_the_bootloader_learns_the_size_of_the_flash(tmp_path: Path, megabytes: int) -> None:
    from esptool.bin_image import LoadFirmwareImage

    boot = official.load(esp_kit.write(tmp_path / "mp.bin")).bootloader_for(megabytes << 20)
    loaded = LoadFirmwareImage("esp32c3", boot)
    assert loaded.flash_size_freq >> 4 == {4: 2, 8: 3, 16: 4}[megabytes]
    assert loaded.stored_digest == loaded.calc_digest


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"chip": "esp32s3"}, "is for the ESP32-S3, a box has an ESP32-C3 or C6"),
        ({"version": "v1.24.1"}, "is MicroPython v1.24.1, a box needs 1.25 or newer"),
        ({"project": "esphome"}, "not of MicroPython"),
        ({"version": "nightly"}, "does not say which version"),
        ({"size": 0x1F0000}, "a box has room for 2,031,616"),
    ],
)
def test_another_image_is_refused(tmp_path: Path, told: dict[str, object], words: str) -> None:
    with pytest.raises(UserError) as error:
        official.load(esp_kit.write(tmp_path / "mp.bin", **told))
    assert words in error.value.message and "micropython.org/download/ESP32_GENERIC_C" in error.value.message


def test_a_file_that_is_no_image_is_refused(tmp_path: Path) -> None:
    whole = esp_kit.firmware()
    cases = {
        "": "no firmware image",
        "PK": "no firmware image",
        "app": "an application without bootloader and partition table",
        "table": "no partition table where one belongs",
        "short": "damaged or cut short",
    }
    bare = whole[:0x8000] + b"\xff" * 0x1000 + whole[0x9000:]
    contents = {"": b"", "PK": b"PK\3\4" * 100, "app": whole[0x10000:], "table": bare, "short": whole[:-100]}
    for name, words in cases.items():
        path = tmp_path / "x.bin"
        path.write_bytes(contents[name])
        with pytest.raises(UserError, match=words):
            official.load(path)
    with pytest.raises(UserError, match="No such file"):
        official.load(tmp_path / "missing.bin")


def test_no_flipped_bit_and_no_cut_goes_unnoticed(tmp_path: Path) -> None:
    """Outside of the blank space between its three parts, and of the table's entries, which are ours in the end."""
    whole = esp_kit.firmware(size=3000)
    path = tmp_path / "mp.bin"
    boot = len(whole[:0x8000].rstrip(b"\xff"))
    noise = random.Random(7)
    places = (
        noise.sample(range(boot), 60) + noise.sample(range(0x10000, len(whole)), 60) + [0x8000, 0x8000 + 4 * 32 + 16]
    )
    for at in places:
        bad = bytearray(whole)
        bad[at] ^= 1 << noise.randrange(8)
        path.write_bytes(bad)
        with pytest.raises(UserError):
            official.load(path)
    for length in noise.sample(range(len(whole)), 60):
        path.write_bytes(whole[:length])
        with pytest.raises(UserError):
            official.load(path)
