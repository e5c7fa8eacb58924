# SPDX-License-Identifier: Apache-2.0
"""What a box is flashed from, once for all tests: images, an application, a list, a repository."""

import os
from pathlib import Path

import esp_kit
import pytest
from click.testing import CliRunner

from ringwarden_tools.cli import main
from ringwarden_tools.flashing import application, contents, official, partitions, settings

MIB = 1 << 20
CHIPS = ("esp32c3", "esp32c6")
MAC_END = "0001"  # of the emulated chip


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MicroPython for each chip, a native module by its header alone, a list, a repository without lists."""
    path = tmp_path_factory.mktemp("flash")
    for chip in CHIPS:
        esp_kit.write(path / f"{chip}.bin", chip=chip)
    (path / "native.mpy").write_bytes(b"M\x06" + bytes([application.RV32IMC << 2, 31]) + os.urandom(2000))
    (path / "numbers.txt").write_text("".join(f"+86138{n:08}\n" for n in range(3000)))
    (path / "secret").write_text("correct horse battery\n")
    build = ["list", "build", str(path / "numbers.txt"), "-o", str(path / "list.rwl"), "--no-starter-set"]
    init = ["repo", "init", str(path / "lists"), "--region", "CN", "--passphrase-file", str(path / "secret")]
    for arguments in (build, init):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
    return path


@pytest.fixture(scope="session")
def slot(folder: Path) -> application.Files:
    """The application, compiled once."""
    root = (folder / "lists/public/metadata/1.root.json").read_bytes()
    return application.slot_files("CN", folder / "native.mpy", root)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, slot: application.Files) -> None:
    """Commands in this process do not compile the application again."""
    monkeypatch.setattr(application, "slot_files", lambda *_: slot)


def box(
    folder: Path, slot: application.Files, fresh: bool = True, size: int = 4 * MIB, chip: str = "esp32c3"
) -> contents.Contents:
    """What a box consists of; its program is all that takes long to make."""
    numbers = (folder / "list.rwl").read_bytes()
    base = official.load(folder / f"{chip}.bin")
    return contents.box(base, partitions.load(size), slot, application.loader_files(), numbers, fresh)


def command(folder: Path, *more: str, chip: str = "esp32c3", country: str = "CN") -> list[str]:
    """`ringwarden flash` with everything that it needs."""
    options = ["--micropython", str(folder / f"{chip}.bin"), "--native", str(folder / "native.mpy")]
    place = ["--country", country] if country else []
    return ["flash", *options, *place, "--list", str(folder / "list.rwl"), "--root", str(folder / "lists"), *more]


def settings_of(flash: bytes) -> application.Files:
    """The files of the settings on a flash, read as the box reads them."""
    place = partitions.load(len(flash)).find(settings.NAME)
    return application.contents(flash[place.offset : place.end - settings.RAW], 4096)
