# SPDX-License-Identifier: Apache-2.0
"""The emulated box: a flash file boots, serves a call, survives what fails, and falls back or waits when it must."""

import array
import json
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import box_image
import pytest
from line_audio import fsk, mdmf
from littlefs import LittleFS, UserContext

from ringwarden.blocklist.flash import Region
from ringwarden_loader import choice
from ringwarden_loader.record import NORMAL, SAFE, BootRecord, State
from ringwarden_simulator.esp32.emulated import PWRON_RESET, WDT_RESET, EmulatedBox, Life
from ringwarden_simulator.flash import FileFlash
from ringwarden_tools.flashing import partitions

pytestmark = pytest.mark.micropython

RING_PIN, RELAY_PIN, SEIZE_PIN = 3, 10, 0
BOOT_OPERATIONS = 14  # of the first boot, which makes the settings anew, and in them what set-up keeps
Make = Callable[..., EmulatedBox]

GOOD = b"def main():\n    print('this one serves')\n    import machine\n    machine.reset()\n"
RAISES = b"def main():\n    raise ValueError('new and wrong')\n"
NO_MODULE = b"import a_module_that_is_not_there\n"
NO_PYTHON = b"def main(:\n"
HANGS = b"def main():\n    import machine\n    machine.WDT(timeout=1000)\n    while True:\n        pass\n"


def tiny(source: bytes) -> dict[str, bytes]:
    """An application of one file."""
    return {"ringwarden_box/__init__.py": source}


@pytest.fixture(scope="session")
def real() -> dict[str, bytes]:
    return box_image.application()


@pytest.fixture
def make(tmp_path: Path, micropython: list[str]) -> Make:
    def box(*apps: dict[str, bytes] | None) -> EmulatedBox:
        return EmulatedBox(tmp_path, bytes(box_image.flash_image(apps + (None,) * (2 - len(apps)))), micropython)

    return box


def boots(box: EmulatedBox, state: State | None = None) -> State:
    """The record of boots on the box's flash, or a new one in its place."""
    settings = partitions.load(box.size).find("rw_settings")
    flash = FileFlash(str(box.flash), box.size)
    try:
        record = BootRecord(Region(flash, settings.end - 2 * 4096, 2 * 4096))
        if state is not None:
            record.write(state)
        return record.state
    finally:
        flash.close()


def settings_file(box: EmulatedBox, path: str) -> str:
    """A file of the settings' file system."""
    place = partitions.load(box.size).find("rw_settings")
    image = box.flash.read_bytes()[place.offset : place.end - 2 * 4096]
    context = UserContext(len(image))
    context.buffer = bytearray(image)
    fs = LittleFS(context=context, block_size=4096, block_count=len(image) // 4096)
    with fs.open(path) as file:
        return file.read()


def ring(first_ms: int, length_ms: int) -> list[tuple[int, int, int]]:
    """25 Hz at the ring input, low for 80 % of the time."""
    return [
        edge for at in range(first_ms, first_ms + length_ms, 20) for edge in ((at, RING_PIN, 0), (at + 16, RING_PIN, 1))
    ]


def said(life: Life, *words: str) -> None:
    """What a life must have said."""
    for word in words:
        assert word in life.output, life.output


def test_a_call(make: Make, real: dict[str, bytes]) -> None:
    """First boot: the settings are made, the phone is held off, a call is decoded and let through, the box trusted."""
    box = make(real)
    burst = fsk(mdmf((1, b"11250313"), (2, b"13800138000")))
    samples = array.array("h", bytes(2 * 2000 * 8)) + burst
    samples += array.array("h", bytes(2 * (16000 * 8 - len(samples))))
    life = box.boot(150, **box.line(samples.tobytes(), ring(500, 1000) + ring(5500, 1000)))
    said(life, "normal mode, application 0", "Ringwarden: up")
    assert (life.ended, life.cause) == ("reset", PWRON_RESET)
    entries = [json.loads(line) for line in settings_file(box, "journal").splitlines()]
    call = next(entry for entry in entries if "id" in entry)
    assert (call["number"], call["standard"], call["outcome"]) == ("+8613800138000", "bell202", "missed")
    assert call["action"] == "ring" and call["rings"] >= 1
    (held, at), (let_go, verdict), *_ = life.pin(RELAY_PIN)
    assert (held, let_go) == ("changes", "rests") and at < 50
    assert 2000 < verdict < 2000 + len(burst) // 8 + 500
    assert life.pin(SEIZE_PIN) == []
    assert boots(box).failed == 0 and boots(box).mode == NORMAL


def test_power_cut_at_every_write_of_the_first_boot(make: Make, real: dict[str, bytes]) -> None:
    box = make(real)
    image = box.flash.read_bytes()
    silence = box.line(bytes(2 * 8 * 30), [])
    assert box.boot(60, **silence).operations == BOOT_OPERATIONS
    for cut in range(BOOT_OPERATIONS):
        box.flash.write_bytes(image)
        life = box.boot(60, cut=cut, torn=cut * 5, **silence)
        assert life.ended == "power", (cut, life.output)
        life = box.boot(60, **silence)
        said(life, "normal mode, application 0")
        assert "Traceback" not in life.output, (cut, life.output)


@pytest.mark.parametrize(
    ("new", "boots_of_it", "why"),
    [
        (RAISES, 2, "ValueError"),
        (NO_MODULE, 1, "import"),
        (NO_PYTHON, 1, "import"),
        (HANGS, 2, ""),
        (None, 0, "mount"),
    ],
    ids=["raises", "import", "syntax", "hangs", "blank"],
)
def test_a_new_application_that_does_not_come_up(make: Make, new: bytes | None, boots_of_it: int, why: str) -> None:
    """It has two boots, or one when it cannot even be imported; then the old application serves, and is trusted."""
    box = make(tiny(GOOD), None if new is None else tiny(new))
    boots(box, choice.chosen(1))
    for _ in range(boots_of_it):
        life = box.boot(30)
        assert "this one serves" not in life.output
        assert life.ended == ("watchdog" if new == HANGS else "reset"), life.output
        assert box.cause == (WDT_RESET if new == HANGS else 2)
    said(box.boot(30), "this one serves")
    state = boots(box)
    assert (state.slot, state.tries, state.mode, state.why) == (0, 0, NORMAL, why)


def test_a_new_application_that_comes_up(make: Make, real: dict[str, bytes]) -> None:
    box = make(tiny(RAISES), real)
    boots(box, choice.chosen(1))
    life = box.boot(150, **box.line(bytes(2 * 8 * 11500), []))
    said(life, "application 1", "Ringwarden: up")
    state = boots(box)
    assert (state.slot, state.tries, state.failed) == (1, 0, 0)


def test_three_failed_boots(make: Make, real: dict[str, bytes]) -> None:
    """A box that dies as it serves the line stops serving it: nothing holds the relay, the watchdog is fed."""
    box = make(real)
    dies = box.line(bytes(2 * 8 * 100), [], end="reset")
    for _ in range(3):
        said(box.boot(60, **dies), "normal mode")
    life = box.boot(8, **dies)
    said(life, "safe mode, application 0")
    assert life.ended == "stopped"
    assert life.pin(RELAY_PIN) == life.pin(SEIZE_PIN) == []
    assert [words[0] for words in life.told].count("feed") >= 2
    assert boots(box).mode == SAFE
    boots(box, choice.retry(boots(box)))
    said(box.boot(60, **dies), "normal mode")
    said(box.boot(8, **dies), "safe mode")


def test_the_line_s_task_hangs(make: Make, real: dict[str, bytes]) -> None:
    box = make(real)
    life = box.boot(60, watchdog_scale=2, **box.line(bytes(2 * 8 * 300), [], end="hang"))
    assert (life.ended, box.cause) == ("watchdog", WDT_RESET)
    assert boots(box).failed == 1


def test_neither_application_is_any_good(make: Make) -> None:
    """Four boots, then the prompt: the cable still reaches the box."""
    box = make(tiny(RAISES), tiny(NO_MODULE))
    lives = [box.boot(30) for _ in range(4)]
    assert [life.ended for life in lives] == ["reset", "reset", "reset", "prompt"]
    said(lives[-1], "safe mode failed too", "update this box over the cable")


def test_record_and_choice_on_micropython(root: Path, micropython: list[str], micropython_env: dict[str, str]) -> None:
    """test_boot_record.py once more, as the portable suite runs there."""
    path = f"{micropython_env['MICROPYPATH']}:{root}/tests/box"
    command = [*micropython, "-X", "heapsize=320k", "tests/portable/run_micropython.py", "test_boot_record.py"]
    environment = {**micropython_env, "MICROPYPATH": path}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0 and json.loads(done.stdout.splitlines()[-1])["passed"] == 7, done.stdout


def test_image_is_what_the_record_says() -> None:
    """The record is readable without this code: bytes as the format's table has them."""
    image = bytearray(b"\xff" * 8192)

    class Flash:
        size, sector = 8192, 4096

        def read(self, offset: int, length: int) -> bytes:
            return bytes(image[offset : offset + length])

        def program(self, offset: int, data: bytes) -> None:
            image[offset : offset + len(data)] = data

    BootRecord(Flash()).write(State(1, 3, 2, SAFE, "line"))
    body = b"RWB1" + bytes([1, 3, 2, 1]) + (1).to_bytes(4, "little") + b"line".ljust(16, b"\0")
    assert image[:32] == body + zlib.crc32(body).to_bytes(4, "little")
