# SPDX-License-Identifier: Apache-2.0
"""The whole way of a list on both interpreters: a repository on disk, metadata and flash in files, power cuts."""

import functools
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from update_kit import Listing, listing
from update_world import PASSPHRASE, make_base

from ringwarden_tools.repository.folder import Folder
from ringwarden_tools.repository.keys import Secrets
from ringwarden_tools.repository.lists import add
from ringwarden_tools.repository.publish import publish

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "firmware/boards/simulator/update_main.py"
FULL = os.environ.get("RINGWARDEN_HYPOTHESIS") == "full"
OLD, NEW = listing(2), listing(3)
SIZE = 12 * 4096
HEAP = "320k"


class Box:
    """A box in a folder, updated by starting an interpreter."""

    def __init__(self, command: list[str], env: dict[str, str], place: Path) -> None:
        self.command = command
        self.env = env
        self.place = place
        self.repository = str(place / "repo/public")
        (place / "state").mkdir()

    def update(self, status: int = 0, **more: Any) -> dict[str, Any]:
        setup = {
            "flash": str(self.place / "flash.bin"),
            "size": SIZE,
            "state": str(self.place / "state"),
            "repository": self.repository,
            "root": str(self.place / "repo/public/metadata/1.root.json"),
            "region": "CN",
            **more,
        }
        (self.place / "setup.json").write_text(json.dumps(setup))
        command = [*self.command, str(SCRIPT), str(self.place / "setup.json")]
        done = subprocess.run(
            command, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == status, done.stdout + done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    def add(self, item: Listing) -> None:
        file = self.place / "list.rwl"
        file.write_bytes(item.data)
        folder = Folder(self.place / "repo", Secrets())
        add(folder, file, "CN", "main")
        publish(folder)


@pytest.fixture(params=["cpython", pytest.param("micropython", marks=pytest.mark.micropython)])
def box(
    request: pytest.FixtureRequest,
    micropython: list[str],
    micropython_env: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Box:
    monkeypatch.setenv("RINGWARDEN_PASSPHRASE", PASSPHRASE)
    make_base(tmp_path / "repo", ("CN",))
    if request.param == "cpython":
        return Box([sys.executable], dict(os.environ), tmp_path)
    return Box([*micropython, "-X", f"heapsize={HEAP}"], micropython_env, tmp_path)


def test_list_then_delta(box: Box) -> None:
    told = box.update(2)
    assert (told["update"], told["code"], told["trouble"]) == ("kept", "absent", "empty")
    box.add(OLD)
    told = box.update()
    assert (told["update"], told["by_delta"], told["sha256"]) == ("updated", False, OLD.digest.hex())
    assert told["fetched"] == len(OLD.data) and told["numbers"] == len(OLD.numbers)
    assert box.update()["update"] == "current"
    box.add(NEW)
    told = box.update()
    assert (told["update"], told["by_delta"], told["sha256"]) == ("updated", True, NEW.digest.hex())
    assert told["fetched"] < len(NEW.data) / 4


def test_cuts(box: Box) -> None:
    """The power fails here and there; the next start has the old list or the new, and finishes."""
    box.add(OLD)
    first = box.update()["operations"]
    box.add(NEW)
    flash, state = (box.place / "flash.bin").read_bytes(), {p: p.read_bytes() for p in (box.place / "state").iterdir()}
    total = box.update()["operations"]
    assert total > first
    for cut in range(0, total, 1 if FULL else 9):
        (box.place / "flash.bin").write_bytes(flash)
        for path in (box.place / "state").iterdir():
            path.write_bytes(state[path]) if path in state else path.unlink()
        told = box.update(3, cut=cut, torn=50)
        assert told["update"] == "cut" and told["sha256"] == OLD.digest.hex()
        assert box.update()["sha256"] == NEW.digest.hex()


CLOCKS = [
    (0, "clock", "never set"),
    (86400 * 365 * 31, "clock", ""),  # 2001: far behind what the repository says
    (int(time.time()) + 86400 * 30, "expired", ""),
]


@pytest.mark.parametrize("now, code, text", CLOCKS, ids=["never set", "far behind", "a month ahead"])
def test_clocks(box: Box, now: int, code: str, text: str) -> None:
    """One sentence, status 2, and the list in force stays."""
    box.add(OLD)
    box.update()
    box.add(NEW)
    told = box.update(2, now=now)
    assert (told["update"], told["code"]) == ("kept", code) and text in told["explanation"]
    assert told["sha256"] == OLD.digest.hex()
    assert box.update()["sha256"] == NEW.digest.hex()


@pytest.fixture
def served(box: Box) -> Iterator[str]:
    """`public` behind a plain web server."""
    handler = functools.partial(Quiet, directory=box.repository)
    with Server(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False  # its end waits for theirs


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


def test_over_http(box: Box, served: str) -> None:
    box.add(OLD)
    box.repository = served
    assert box.update()["sha256"] == OLD.digest.hex()
    box.add(NEW)
    told = box.update()
    assert told["by_delta"] and told["sha256"] == NEW.digest.hex()
