# SPDX-License-Identifier: Apache-2.0
"""A box that `ringwarden flash` gave a label and a household: it boots with both, and changes neither."""

import array
import json
from pathlib import Path

import esp_kit
import pytest
from click.testing import CliRunner
from line_audio import fsk, mdmf

from ringwarden.setup.file_store import FileStore
from ringwarden.setup.state import Setup
from ringwarden_simulator.esp32.emulated import EmulatedBox
from ringwarden_simulator.esp_rom import Chip
from ringwarden_tools.cli import main
from ringwarden_tools.flashing import application, partitions, settings

pytestmark = pytest.mark.micropython

NATIVE = application.FIRMWARE.parent / "build/micropython/_ringwarden.mpy"
RING_PIN = 3


def files(flash: bytes) -> application.Files:
    place = partitions.load(len(flash)).find(settings.NAME)
    return application.contents(flash[place.offset : place.end - settings.RAW], 4096)


def test_a_c6_with_a_label_and_a_household(
    tmp_path: Path, micropython: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The emulated chip's processor is this machine's: its native module, all else as on a box of 8 MB.
    monkeypatch.setattr(application.slot_files, "__defaults__", ("", NATIVE, None, b"", application.X64))
    flash, label = tmp_path / "chip.bin", tmp_path / "label.svg"
    base = esp_kit.write(tmp_path / "mp.bin", chip="esp32c6")
    with Chip(str(flash), 8 << 20, "esp32c6") as chip:
        given = ["flash", "--micropython", str(base), "--native", str(NATIVE), "--port", chip.port]
        given += ["--country", "CN", "--area-code", "010", "--language", "en", "--label", str(label)]
        done = CliRunner().invoke(main, given)
    assert done.exit_code == 0 and "ESP32-C6 with 8 MB" in done.output, done.output
    before = files(flash.read_bytes())

    box = EmulatedBox(tmp_path, flash.read_bytes(), micropython)
    samples = array.array("h", bytes(2 * 2000 * 8)) + fsk(mdmf((1, b"11250313"), (2, b"62750001")))
    samples += array.array("h", bytes(2 * (16000 * 8 - len(samples))))
    rings = [edge for at in range(500, 1500, 20) for edge in ((at, RING_PIN, 0), (at + 16, RING_PIN, 1))]
    life = box.boot(150, **box.line(samples.tobytes(), rings))
    assert "normal mode, application 0" in life.output and "Ringwarden: up" in life.output, life.output
    assert "Traceback" not in life.output, life.output
    after = files(box.flash.read_bytes())
    assert {name: after[name] for name in before} == before and set(before) == {"setup.json", "household.json"}
    call = next(entry for entry in map(json.loads, after["journal"].splitlines()) if "id" in entry)
    assert call["number"] == "+861062750001", call
    (tmp_path / "setup.json").write_bytes(after["setup.json"])
    setup = Setup(FileStore(str(tmp_path / "setup.json")), lambda count: bytes(count), b"\x00\x01")
    first = json.loads((tmp_path / "label.setup.json").read_bytes())["first"]
    assert setup.open and setup.admits(first, 0) and first[:4] in label.read_text(encoding="utf-8")
