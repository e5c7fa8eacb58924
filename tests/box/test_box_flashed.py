# SPDX-License-Identifier: Apache-2.0
"""What `ringwarden flash` merged and the real esptool wrote is a flash that the box boots from, list and all."""

import array
import json
import subprocess
import sys
from pathlib import Path

import esp_kit
import pytest
from click.testing import CliRunner
from line_audio import fsk, mdmf

from ringwarden_simulator.esp32.emulated import EmulatedBox
from ringwarden_simulator.esp_rom import Chip
from ringwarden_tools.cli import main
from ringwarden_tools.flashing import application, partitions

pytestmark = pytest.mark.micropython

NATIVE = application.FIRMWARE.parent / "build/micropython/_ringwarden.mpy"
RING_PIN = 3


def test_flashed_with_esptool_it_boots_and_serves_a_call(
    tmp_path: Path, micropython: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The emulated chip's processor is this machine's: its native module, all else as on a box of 4 MB.
    monkeypatch.setattr(application.slot_files, "__defaults__", ("", NATIVE, None, b"", application.X64))
    numbers, blocklist = tmp_path / "numbers.txt", tmp_path / "list.rwl"
    numbers.write_text("+862155550199\n+8613900139000\n")
    image, flash = tmp_path / "merged.bin", tmp_path / "chip.bin"
    for arguments in (
        ["list", "build", str(numbers), "--no-starter-set", "--country", "CN", "-o", str(blocklist)],
        ["flash", "--micropython", str(esp_kit.write(tmp_path / "mp.bin")), "--native", str(NATIVE)]
        + ["--country", "CN", "--list", str(blocklist), "--merge", str(image)],
    ):
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
    with Chip(str(flash), 4 << 20) as chip:
        esptool = [str(Path(sys.executable).with_name("esptool")), "--port", chip.port, "--after", "no-reset"]
        written = subprocess.run([*esptool, "write-flash", "0", str(image)], capture_output=True, text=True)
    assert written.returncode == 0 and "Hash of data verified" in written.stdout, written.stdout + written.stderr
    assert flash.read_bytes() == image.read_bytes()

    box = EmulatedBox(tmp_path, flash.read_bytes(), micropython)
    samples = array.array("h", bytes(2 * 2000 * 8)) + fsk(mdmf((1, b"11250313"), (2, b"02155550199")))
    samples += array.array("h", bytes(2 * (16000 * 8 - len(samples))))
    rings = [edge for at in range(500, 1500, 20) for edge in ((at, RING_PIN, 0), (at + 16, RING_PIN, 1))]
    life = box.boot(150, **box.line(samples.tobytes(), rings))
    assert "normal mode, application 0" in life.output and "Ringwarden: up" in life.output, life.output
    assert "Traceback" not in life.output, life.output
    assert life.ended == "reset"
    place = partitions.load(box.size).find("rw_settings")
    settings = application.contents(box.flash.read_bytes()[place.offset : place.end - 2 * 4096], 4096)
    call = next(entry for entry in map(json.loads, settings["journal"].splitlines()) if "id" in entry)
    assert (call["number"], call["action"], call["reason"]) == ("+862155550199", "drop", "LISTED"), call
