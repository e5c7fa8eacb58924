# SPDX-License-Identifier: Apache-2.0
"""`ringwarden flash` and the real esptool, on an emulated ESP32 whose flash is a file."""

import dataclasses
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from box_kit import CHIPS, MIB, box, command
from click.testing import CliRunner

from ringwarden.blocklist.flash import Region
from ringwarden.blocklist.slots import Slots
from ringwarden_simulator.esp_rom import Chip, Faults, Unslip, slip
from ringwarden_simulator.flash import FileFlash
from ringwarden_tools.cli import main
from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import application, contents, device, merged, official, partitions
from ringwarden_tools.flashing.device import Device, LineError, Writer

BIN = Path(sys.executable).parent


def test_frames_come_out_as_they_went_in() -> None:
    frames = [bytes([n]) * n + b"\xc0\xdb\xdc\xdd" for n in range(1, 40)]
    stream = b"".join(map(slip, frames))
    for step in (1, 3, 64, len(stream)):
        unslip = Unslip()
        assert [f for at in range(0, len(stream), step) for f in unslip.feed(stream[at : at + step])] == frames
    assert Unslip().feed(b"\xc0\x01\xdb\x02\xc0" + slip(b"ok")) == [b"ok"]


@pytest.mark.parametrize("options", [[], ["--no-stub"]], ids=["stub", "rom"])
def test_the_real_esptool_flashes_reads_and_verifies(tmp_path: Path, options: list[str]) -> None:
    wanted = os.urandom(9000) + b"\xc0\xdb" * 500
    (tmp_path / "data").write_bytes(wanted)

    def esptool(*arguments: str) -> str:
        done = subprocess.run(
            [str(BIN / "esptool"), "--port", chip.port, "--after", "no-reset", *options, *arguments],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    with Chip(str(tmp_path / "flash"), 8 * MIB) as chip:
        assert "Hash of data verified" in esptool("write-flash", "0x10000", str(tmp_path / "data"))
        esptool("read-flash", "0x10000", "10000", str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == wanted
    assert (tmp_path / "flash").read_bytes()[0x10000:0x12710] == wanted


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", CHIPS)
def test_the_command_makes_a_box_and_the_same_as_one_image(tmp_path: Path, folder: Path, name: str) -> None:
    image, told = tmp_path / "box.bin", tmp_path / "manifest.json"
    done = CliRunner().invoke(main, command(folder, "--merge", str(image), "--manifest", str(told), chip=name))
    assert done.exit_code == 0, done.output
    family = official.NAMES[name]
    with Chip(str(tmp_path / "flash"), 4 * MIB, name) as chip:
        given = command(folder, "--port", chip.port, chip=name)
        first = subprocess.run([str(BIN / "ringwarden"), *given], capture_output=True, text=True)
        again = CliRunner().invoke(main, given)
    assert first.returncode == 0, first.stderr
    assert f"{family} with 4 MB, MicroPython v1.28.0" in first.stdout and "read back" in first.stdout
    total, same = re.findall(r"([0-9,]+) (?:bytes|of them)", again.stdout)
    assert total == same and re.search(r"settings were kept; [0-9]+ s$", again.stdout.strip())
    whole = image.read_bytes()
    assert (tmp_path / "flash").read_bytes() == whole

    info = subprocess.run([str(BIN / "esptool"), "image-info", str(image)], capture_output=True, text=True)
    assert info.returncode == 0 and f"Detected image type: {family}" in info.stdout
    assert info.stdout.count("(valid)") == 2 and "invalid" not in info.stdout
    table = partitions.load(4 * MIB)
    assert partitions.parse(whole[0x8000:], 4 * MIB) == table

    manifest = json.loads(told.read_text())
    assert manifest["builds"] == [{"chipFamily": family, "parts": [{"path": "box.bin", "offset": 0}]}]
    assert manifest["name"] == "Ringwarden" and "v1.28.0" in manifest["version"]


def test_what_is_on_the_flash_is_what_the_box_looks_for(tmp_path: Path, folder: Path, slot: application.Files) -> None:
    made = box(folder, slot)
    path = tmp_path / "flash"
    path.write_bytes(merged.image(made))
    for name in ("rw_app0", "rw_app1"):
        place = made.table.find(name)
        files = application.contents(path.read_bytes()[place.offset : place.end], application.SLOT_BLOCK)
        assert files == slot
        assert {"ringwarden/appliance.mpy", "_ringwarden.mpy", "microdot/microdot.mpy", "web/index.html"} <= set(files)
        assert "root.json" in files and "ringwarden/numbers/plans/de.mpy" not in files
    place = made.table.find("vfs")
    files = application.contents(path.read_bytes()[place.offset : place.end], application.LOADER_BLOCK)
    assert {"boot.py", "main.py"} <= set(files)
    flash = FileFlash(str(path), 4 * MIB)
    lists = [made.table.find(name) for name in ("rw_list0", "rw_list1")]
    slots = Slots(*(Region(flash, each.offset, each.size) for each in lists))
    blocklist = slots.mount()
    assert blocklist and blocklist.count == 3000 and slots.trouble == "" and slots.active.kind == 2
    flash.close()


def written(path: Path, made: contents.Contents, faults: Faults, timeout: float = 0.3) -> str:
    """Flash once with these faults: "" or the report."""
    with Chip(str(path), 4 * MIB, made.chip, faults) as chip:
        try:
            line = Device(chip.port, attempts=1)
        except UserError as error:
            return error.message
        line.timeout = timeout
        writer = Writer(line, made.parts)
        try:
            writer.write(lambda what, size: None)
            writer.verify(lambda what, size: None)
        except LineError as error:
            return device.report(writer, error, True)
        finally:
            line.close()
    return ""


@pytest.mark.parametrize("name", CHIPS)
def test_a_port_that_vanishes_anywhere_costs_nothing_but_the_rest(
    tmp_path: Path, folder: Path, slot: application.Files, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    made = box(folder, slot, chip=name)
    whole = merged.image(made)
    path = tmp_path / "flash"
    cuts = resumed = 0
    allowance = 1_000  # bytes until the port is gone; the loader's stub alone takes a few thousand
    while True:
        told = written(path, made, Faults(vanish=allowance))
        if not told:
            break
        cuts += 1
        assert "repeat the command" in told, told
        if told.startswith("flashing stopped"):
            resumed += 1
            assert "vanished" in told and "what is in place is not written again" in told
        allowance = allowance * 5 // 4 if not told.startswith("flashing") else 60_000
        assert cuts < 60
    assert resumed >= 3
    assert path.read_bytes() == whole
    with capsys.disabled():
        print(
            f"\n  {official.NAMES[name]}: port vanished {cuts} times, {resumed} of them while writing; the box is whole"
        )


def test_power_cuts_while_flashing_leave_something_that_can_be_flashed(
    tmp_path: Path, folder: Path, slot: application.Files
) -> None:
    made = box(folder, slot)
    path = tmp_path / "flash"
    for number in (0, 1, 40, 90):
        with Chip(str(path), 4 * MIB) as chip:
            chip.flash.cut_power(number, 1000)
            line = Device(chip.port)
            line.timeout = 0.3
            writer = Writer(line, made.parts)
            with pytest.raises(LineError):
                writer.write(lambda what, size: None)
            line.close()
    assert written(path, made, Faults()) == ""
    assert path.read_bytes() == merged.image(made)


def test_noise_is_waited_out_or_told(tmp_path: Path, folder: Path, slot: application.Files) -> None:
    made = box(folder, slot)
    wanted = merged.image(made)
    outcomes = {"whole": 0, "told": 0}
    for number, place in enumerate((47_000, 150_000)):
        for way in ("in", "out"):
            path = tmp_path / f"{number}{way}"
            flips = {place} if way == "in" else {500 + place // 100}
            told = written(path, made, Faults(flip_in=flips) if way == "in" else Faults(flip_out=flips))
            outcomes["told" if told else "whole"] += 1
            if told:
                assert "repeat the command" in told
                assert written(path, made, Faults()) == ""
            assert path.read_bytes() == wanted
            path.unlink()
    assert outcomes["whole"] >= 2, outcomes


def test_noise_at_the_beginning_is_waited_out_or_told(tmp_path: Path, folder: Path, slot: application.Files) -> None:
    """The first 20,000 bytes: finding the chip, loading its stub, asking for its flash; then a part of two sectors."""
    part = contents.Part("a part", 0x10000, bytes(range(256)) * 32)
    made = dataclasses.replace(box(folder, slot), parts=(part,))
    outcomes = {"whole": 0, "told": 0}
    for place in range(300, 20_000, 1_313):
        path = tmp_path / "flash"
        told = written(path, made, Faults(flip_in={place}))
        outcomes["told" if told else "whole"] += 1
        if told:
            assert "repeat the command" in told, told
            assert written(path, made, Faults()) == ""
        assert path.read_bytes()[part.offset : part.end] == part.data
        path.unlink()
    assert sum(outcomes.values()) == 16 and outcomes["whole"] >= 2, outcomes


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("chip", "image", "megabytes", "sentence"),
    [
        (
            "esp32c6",
            "esp32c3",
            4,
            "the chip on {port} is an ESP32-C6, {image} is for the ESP32-C3, nothing was changed: download one from "
            "https://micropython.org/download/ESP32_GENERIC_C6/",
        ),
        (
            "esp32c3",
            "esp32c6",
            4,
            "the chip on {port} is an ESP32-C3, {image} is for the ESP32-C6, nothing was changed: download one from "
            "https://micropython.org/download/ESP32_GENERIC_C3/",
        ),
        ("esp32c3", "esp32c3", 2, "the board on {port} has 2 MB of flash, a box needs 4 MB: use another board"),
        ("esp32c6", "esp32c6", 2, "the board on {port} has 2 MB of flash, a box needs 4 MB: use another board"),
    ],
)
def test_a_wrong_board_is_left_alone(
    tmp_path: Path, folder: Path, chip: str, image: str, megabytes: int, sentence: str
) -> None:
    with Chip(str(tmp_path / "flash"), megabytes * MIB, chip) as board:
        done = CliRunner().invoke(main, command(folder, "--port", board.port, chip=image))
        assert board.flash.operations == 0
    assert done.exit_code == 2
    assert done.output == f"ringwarden: {sentence.format(port=board.port, image=folder / f'{image}.bin')}\n"


@pytest.mark.usefixtures("quick")
def test_a_port_without_a_chip(tmp_path: Path, folder: Path) -> None:
    done = CliRunner().invoke(main, command(folder, "--port", str(tmp_path / "none")))
    assert done.exit_code == 2 and "cannot be opened: plug the board in" in done.output
    with Chip(str(tmp_path / "flash"), 4 * MIB, faults=Faults(silent=True)) as chip:
        with pytest.raises(UserError, match="no ESP32 answers on .*hold the board's BOOT button"):
            Device(chip.port, attempts=1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["flash"], "--micropython FILE is missing: download one from https://micropython.org"),
        (["--country", "XX"], "--country XX has no number plan"),
        (["--root", "{0}/numbers.txt"], "is no root.json that a box could trust"),
        (["--list", "{0}/esp32c3.bin"], "is not a Ringwarden list"),
        (["--native", "{0}/esp32c3.bin"], "is no MicroPython module: build it with `make mpy ARCH=rv32imc`"),
        (["--native", "{0}/none"], "cannot be read"),
        (["--manifest", "{0}/m.json"], "give --merge FILE too"),
        (["--merge", "{0}/b.bin", "--manifest", "{0}/other/m.json"], "belong into the same folder"),
    ],
)
def test_what_cannot_be_flashed(folder: Path, options: list[str], words: str) -> None:
    given = options if options == ["flash"] else command(folder, *(text.format(folder) for text in options))
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 2 and words in done.output, done.output


def test_a_list_that_is_too_large(folder: Path, slot: application.Files) -> None:
    base = official.load(folder / "esp32c3.bin")
    with pytest.raises(UserError, match="ringwarden list build --board esp32-4mb"):
        contents.box(
            base, partitions.load(4 * MIB), slot, {}, b"x" * partitions.list_capacity("esp32-4mb") + b"x", True
        )


def test_settings_stay_when_a_box_is_flashed_again(folder: Path, slot: application.Files) -> None:
    made = box(folder, slot, fresh=False)
    place = made.table.find("rw_settings")
    assert all(part.end <= place.offset or part.offset >= place.end for part in made.parts)
    names = [part.what for part in made.parts]
    assert names.index("the application's second slot") < names.index("the application's first slot")
    assert names[-3:] == ["MicroPython", "the partition table", "the bootloader"]
