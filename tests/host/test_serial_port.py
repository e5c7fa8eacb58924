# SPDX-License-Identifier: Apache-2.0
"""The real command over ptys: a box program on both interpreters, the line's speed, a plug that is pulled."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serial_kit import BITS, PtyCable
from test_serial_update import NEW, OLD
from update_kit import Listing
from update_world import PASSPHRASE, make_base, publish_list

from ringwarden_tools.device.link import HostLink
from ringwarden_tools.device.port import open_port
from ringwarden_tools.device.serving import FolderSource
from ringwarden_tools.device.updating import update

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "firmware/boards/simulator/link_main.py"
RINGWARDEN = Path(sys.executable).with_name("ringwarden")
HEAP = "320k"


class Bench:
    """A repository, a cable, and a box program at its end."""

    def __init__(self, command: list[str], env: dict[str, str], place: Path, baud: int, size: int = 12 * 4096) -> None:
        self.place = place
        self.cable = PtyCable(place / "port", baud)
        (place / "state").mkdir()
        self.setup = {
            "flash": str(place / "flash.bin"),
            "size": size,
            "state": str(place / "state"),
            "root": str(place / "lists/public/metadata/1.root.json"),
            "region": "CN",
        }
        self.command = [*command, str(SCRIPT), str(place / "setup.json")]
        self.env = env
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> str:
        return str(self.cable.path)

    def start(self) -> None:
        (self.place / "setup.json").write_text(json.dumps(self.setup))
        with (self.place / "errors").open("ab") as errors:
            ends = {"stdin": self.cable.box, "stdout": self.cable.box, "stderr": errors}
            self.process = subprocess.Popen(self.command, env=self.env, **ends)  # type: ignore[call-overload]

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def status(self) -> dict[str, Any]:
        with HostLink(lambda: open_port(self.port), 10) as link:
            return link.request("status")

    def run(self, *arguments: str, status: int = 0) -> str:
        command = [str(RINGWARDEN), "update", str(self.place / "lists"), "--port", self.port, *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        assert done.returncode == status, done.stdout + done.stderr + (self.place / "errors").read_text()
        return done.stdout if status == 0 else done.stderr

    def close(self) -> None:
        self.kill()
        self.cable.close()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGWARDEN_PASSPHRASE", PASSPHRASE)
        place = make_base(tmp_path_factory.mktemp("port") / "lists", ("CN",))
        publish_list(place, OLD)
        yield place


@pytest.fixture(params=["cpython", pytest.param("micropython", marks=pytest.mark.micropython)])
def box_command(request: pytest.FixtureRequest) -> tuple[list[str], dict[str, str]]:
    if request.param == "cpython":
        return [sys.executable], dict(os.environ)
    micropython: list[str] = request.getfixturevalue("micropython")
    env: dict[str, str] = request.getfixturevalue("micropython_env")
    return [*micropython, "-X", f"heapsize={HEAP}"], env


@pytest.fixture
def bench(
    box_command: tuple[list[str], dict[str, str]], repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    monkeypatch.setenv("RINGWARDEN_PASSPHRASE", PASSPHRASE)
    shutil.copytree(repository, tmp_path / "lists")
    found = Bench(*box_command, tmp_path, 921600)
    found.start()
    yield found
    found.close()


def in_force(bench: Bench, item: Listing) -> bool:
    return bool(bench.status()["sha256"] == item.digest.hex())


def test_command(bench: Bench) -> None:
    """List, nothing new, delta, a repository that is no longer signed for; the words in both languages."""
    assert bench.run() == "A new block list is in use.\n" and in_force(bench, OLD)
    assert bench.run("--lang", "zh").strip() and bench.run() == "The block list is the newest.\n"
    publish_list(bench.place / "lists", NEW)
    answer = json.loads(bench.run("--json"))
    assert answer["update"] == "updated" and answer["by_delta"] and in_force(bench, NEW)
    (bench.place / "lists/public/metadata/timestamp.json").write_text("{}")
    assert "stays" in bench.run(status=2) and in_force(bench, NEW)


def test_plug_pulled(bench: Bench) -> None:
    """Out and in again while the list comes, and once more."""
    answers: list[dict[str, Any]] = []
    pulls = 0
    reached = threading.Event()

    def told(path: str, sent: int) -> None:
        if path.startswith("targets/") and sent in (1024, 3072):
            reached.set()

    opener = lambda: open_port(bench.port)  # noqa: E731
    files = FolderSource(bench.place / "lists")
    working = threading.Thread(target=lambda: answers.append(update(opener, files, told, 20)))
    working.start()
    while working.is_alive() and pulls < 2:
        if reached.wait(0.01):
            reached.clear()
            bench.cable.pull()
            pulls += 1
    working.join()
    assert pulls and answers and answers[0].get("update") == "updated" and answers[0]["drops"] >= 1, (pulls, answers)
    assert in_force(bench, OLD)


def test_box_started_anew(bench: Bench) -> None:
    """The box loses its power while the list comes: the host asks the one that comes up, and it completes."""
    answers: list[dict[str, Any]] = []
    reached = threading.Event()

    def told(path: str, sent: int) -> None:
        if path.startswith("targets/"):
            reached.set()

    opener = lambda: open_port(bench.port)  # noqa: E731
    files = FolderSource(bench.place / "lists")
    working = threading.Thread(target=lambda: answers.append(update(opener, files, told, 20)))
    working.start()
    assert reached.wait(20)
    bench.kill()
    bench.start()
    working.join()
    assert answers and answers[0].get("update") in ("updated", "current"), answers
    assert in_force(bench, OLD)


def test_no_port(tmp_path: Path, repository: Path) -> None:
    done = subprocess.run(
        [str(RINGWARDEN), "update", str(repository), "--port", str(tmp_path / "none")],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2 and "cannot be opened" in done.stderr and "Traceback" not in done.stderr


def measured(bench: Bench) -> tuple[dict[str, Any], float]:
    """An update, and the seconds from its first byte on the wire to its last."""
    bench.status()  # it has started
    time.sleep(0.3)
    bench.cable.forget()
    answer = update(lambda: open_port(bench.port), FolderSource(bench.place / "lists"))
    return answer, bench.cable.busy


def test_rate(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    """A list over a line of 115,200 baud takes little more than its own bytes; `make bench-link` has 1 MiB."""
    bench.cable._rate = 115200 / BITS
    answer, seconds = measured(bench)
    assert answer["update"] == "updated"
    line = bench.cable.carried[0] * BITS / 115200
    with capsys.disabled():
        print(f"\n  {answer['fetched']} bytes of list in {seconds:.2f} s; all that was sent takes {line:.2f} s")
    assert seconds < line * 1.1 + 1
