# SPDX-License-Identifier: Apache-2.0
"""The box as a whole: set up with the public Improv kit over its port, updated over the cable and from the network,
while its line goes on serving calls."""

import array
import http.server
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import box_image
import pytest
from line_audio import fsk, mdmf
from serial_kit import Wire
from test_box_boot import RELAY_PIN, SEIZE_PIN, boots
from update_kit import listing
from update_world import PASSPHRASE, make_base, publish_list

from ringwarden_loader.choice import FAILED_MAX
from ringwarden_loader.record import State
from ringwarden_simulator.esp32.emulated import EmulatedBox, Life
from ringwarden_tools.device.link import HostLink
from ringwarden_tools.device.port import open_port
from ringwarden_tools.device.serving import FolderSource
from ringwarden_tools.device.updating import update
from ringwarden_tools.flashing import application, partitions
from ringwarden_tools.flashing.contents import list_record

pytestmark = pytest.mark.micropython

ROOT = Path(__file__).resolve().parents[2]
FLASHED, BY_CABLE, BY_NETWORK = listing(2), listing(3), listing(4)
HOME = {"ssid": "Home", "dbm": -48, "password": "correct horse"}
RING_PIN = 3
CALLS_AT = (2, 22, 42)  # seconds of the line, which passes SPEED times as fast as the clock
HEAP = (
    384 << 10
)  # a delta while set-up still says farewell needs more than the 320 KiB that other tests leave a program
SPEED = 2


class Running:
    """A box that is switched on."""

    def __init__(self, box: EmulatedBox, **setup: object) -> None:
        self.port = Wire()
        self.box = box
        self.lives: list[Life] = []
        boot = partial(box.boot, 240, port=self.port.end, speed=SPEED, networks=[HOME], ports=20000, **setup)
        self._thread = threading.Thread(target=lambda: self.lives.append(boot()))
        self._thread.start()

    def ask(self, name: str, **more: object) -> dict[str, Any]:
        """A request over the cable."""
        with HostLink(lambda: open_port(self.port.browser), 60) as link:
            return link.request(name, **more)

    def improv(self, *calls: list[Any]) -> list[dict[str, Any]]:
        """What the public kit says to each of `calls`."""
        found = subprocess.run(
            [sys.executable, str(ROOT / "host_tools/ringwarden_build/improv_sdk.py")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        command = ["node", str(ROOT / "tests/improv/improv_client.mjs"), found.stdout.strip(), self.port.browser]
        given = json.dumps([["initialize", 20000], *calls])
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()][:-1]

    def wait(self, wanted: Callable[[dict[str, Any]], bool], seconds: float) -> dict[str, Any]:
        """The first status of the box that is `wanted`."""
        end = time.monotonic() + seconds
        while True:
            status = self.ask("status")
            if wanted(status):
                return status
            assert time.monotonic() < end, status
            time.sleep(0.5)

    def switch_off(self) -> Life:
        self.box.stop = True
        self._thread.join()
        self.port.close()
        return self.lives[0]


def calls() -> tuple[bytes, list[tuple[int, int, int]]]:
    """The line: a call of one ring at each of `CALLS_AT`, its caller-ID behind the ring."""
    burst = fsk(mdmf((1, b"11250313"), (2, b"13800138000")))
    samples, levels = array.array("h"), []
    for at in CALLS_AT:
        samples += array.array("h", bytes(2 * (at * 8000 - len(samples)))) + burst
        first = at * 1000 - 1500
        for edge in range(first, first + 1000, 20):
            levels += [(edge, RING_PIN, 0), (edge + 16, RING_PIN, 1)]
    return samples.tobytes(), levels


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A repository's folder, and where a web server has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGWARDEN_PASSPHRASE", PASSPHRASE)
        place = make_base(tmp_path_factory.mktemp("joined") / "lists", ("CN",))
        publish_list(place, FLASHED)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(place / "public")))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield place, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()


def flashed(place: Path) -> bytes:
    """An image with everything, and the first list in force."""
    files = box_image.application() | {"root.json": (place / "public/metadata/1.root.json").read_bytes()}
    image = box_image.flash_image((files, None))
    box_image.put(image, "rw_list0", FLASHED.data)
    slot = partitions.load(box_image.SIZE).find("rw_list0")
    image[slot.end - 4096 : slot.end] = list_record(FLASHED.data, 1)
    return bytes(image)


def test_from_the_box_to_the_household(
    repository: tuple[Path, str], tmp_path: Path, micropython: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    place, url = repository
    box = EmulatedBox(tmp_path, flashed(place), micropython, HEAP)
    running = Running(box, **box.line(*calls(), end="quiet"))
    try:
        found, scan, wrong, joined = running.improv(
            ["scan"], ["provision", "Home", "wrong horse"], ["provision", "Home", "correct horse"]
        )
        assert found["ok"]["firmware"] == "Ringwarden" and scan["ok"][0]["name"] == "Home"
        assert "error" in wrong and "error" not in joined, (wrong, joined)
        status = running.wait(lambda told: bool(told["address"]), 10)
        assert status["sha256"] == FLASHED.digest.hex() and status["mode"] == "normal" and status["broken"] == {}

        publish_list(place, BY_CABLE)
        answer = update(lambda: open_port(running.port.browser), FolderSource(place), patience=60)
        assert answer.get("update") == "updated" and answer["by_delta"], answer
        assert running.ask("status")["sha256"] == BY_CABLE.digest.hex()

        publish_list(place, BY_NETWORK)
        assert running.ask("update.fetch", url=url) == {}
        status = running.wait(lambda told: told["sha256"] == BY_NETWORK.digest.hex(), 60)
        assert status["update"]["by_delta"] and status["broken"] == {}
        running.wait(lambda told: told["blocks"] > (CALLS_AT[-1] + 15) * 100, 60)
        lost = running.ask("status")["starved"]
    finally:
        life = running.switch_off()
    assert life.ended == "stopped", life.output
    assert lost == 0, "the line's task was late"
    journal = [json.loads(line) for line in settings(box)["journal"].splitlines()]
    heard = [entry["number"] for entry in journal if "id" in entry]
    assert heard == ["+8613800138000"] * len(CALLS_AT), journal

    again = Running(box)
    try:
        status = again.wait(lambda told: bool(told["address"]), 30)
        assert status["sha256"] == BY_NETWORK.digest.hex() and status["trouble"] == ""
    finally:
        again.switch_off()
    with capsys.disabled():
        print(f"\nheap free beside set-up, cable, network and two updates: {status['heap_free']} of {box.heap} bytes")


def settings(box: EmulatedBox) -> dict[str, bytes]:
    """The files of the settings' partition."""
    found = partitions.load(box.size).find("rw_settings")
    return application.contents(box.flash.read_bytes()[found.offset : found.end - 2 * 4096], 4096)


def test_a_box_in_safe_mode_is_updated_over_its_cable(
    repository: tuple[Path, str], tmp_path: Path, micropython: list[str]
) -> None:
    """Nothing of the line is touched, and everything that may mend the box works, on the heap that the others have."""
    place, _ = repository
    publish_list(place, BY_CABLE)
    box = EmulatedBox(tmp_path, flashed(place), micropython)
    boots(box, State(0, 0, FAILED_MAX))
    running = Running(box)
    try:
        assert running.ask("hello")["mode"] == "safe"
        answer = update(lambda: open_port(running.port.browser), FolderSource(place), patience=60)
        assert answer.get("update") == "updated" and answer["by_delta"], answer
        status = running.ask("status")
    finally:
        life = running.switch_off()
    assert status["sha256"] == BY_CABLE.digest.hex() and status["broken"] == {}
    assert life.pin(RELAY_PIN) == life.pin(SEIZE_PIN) == []
