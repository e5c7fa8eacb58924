# SPDX-License-Identifier: Apache-2.0
"""The manifest in the hands of ESP Web Tools: its own code downloads it and flashes an emulated board from it."""

import functools
import http.server
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from box_kit import CHIPS, MIB, command
from click.testing import CliRunner

from ringwarden_simulator.esp_rom import Chip
from ringwarden_tools.cli import main
from ringwarden_tools.flashing.official import NAMES

ROOT = Path(__file__).resolve().parents[2]
CLIENT = ROOT / "tests/web_tools/flash_client.mjs"


@pytest.fixture(scope="module")
def tools() -> list[str]:
    """The unpacked packages: ESP Web Tools, and its esptool."""
    run = [sys.executable, str(ROOT / "host_tools/ringwarden_build/web_tools.py")]
    done = subprocess.run(run, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def served(tmp_path: Path, folder: Path, quick: None) -> Iterator[tuple[Path, str]]:
    """A folder with both chips' images and one manifest, and its address."""
    site = tmp_path / "site"
    site.mkdir()
    for chip in CHIPS:
        more = ["--merge", str(site / f"{chip}.bin"), "--manifest", str(site / "manifest.json")]
        done = CliRunner().invoke(main, command(folder, *more, chip=chip))
        assert done.exit_code == 0, done.output

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Not into the test's output."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site, f"http://127.0.0.1:{server.server_port}/manifest.json"
    server.shutdown()
    thread.join()
    server.server_close()


def install(tools: list[str], board: Chip, address: str, *more: str) -> list[dict[str, Any]]:
    """What the page shows from the click on."""
    run = ["node", str(CLIENT), *tools, board.port, address, *more]
    done = subprocess.run(run, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(("chip", "more"), [("esp32c3", []), ("esp32c6", ["erase"])])
def test_the_browser_s_tool_makes_the_same_box(
    tmp_path: Path, tools: list[str], served: tuple[Path, str], chip: str, more: list[str]
) -> None:
    site, address = served
    with Chip(str(tmp_path / "flash"), 4 * MIB, chip) as board:
        *states, manifest = install(tools, board, address, *more)
    assert states[-1]["state"] == "finished" and states[-1]["chipFamily"] == NAMES[chip], states
    assert [state["state"] for state in states if state["state"] == "error"] == []
    assert states[-1]["parts"] == [{"path": f"{chip}.bin", "offset": 0}]
    assert ("erasing" in {state["state"] for state in states}) == bool(more)
    assert manifest["name"] == "Ringwarden" and "MicroPython v1.28.0" in manifest["version"]
    assert (tmp_path / "flash").read_bytes() == (site / f"{chip}.bin").read_bytes()


def test_a_board_that_the_manifest_does_not_name(tmp_path: Path, tools: list[str], served: tuple[Path, str]) -> None:
    site, address = served
    told = json.loads((site / "manifest.json").read_text())
    told["builds"] = [build for build in told["builds"] if build["chipFamily"] != "ESP32-C3"]
    (site / "manifest.json").write_text(json.dumps(told))
    with Chip(str(tmp_path / "flash"), 4 * MIB) as board:
        *states, _ = install(tools, board, address)
        assert board.flash.operations == 0
    assert states[-1]["message"] == "Your ESP32-C3 board is not supported."


def test_the_manifest_has_the_fields_that_are_declared(tools: list[str], served: tuple[Path, str]) -> None:
    """Names and types as the package's own declarations have them."""
    told = json.loads((served[0] / "manifest.json").read_text())
    text = (Path(tools[0]) / "dist/const.d.ts").read_text()

    def fields(name: str) -> dict[str, str]:
        block = re.search(rf"interface {name} {{\n(.*?)\n}}", text, re.DOTALL)
        assert block
        return dict(re.findall(r"^    (\w+\??): (.*?);?$", block[1], re.MULTILINE))

    kinds = {"string": str, "boolean": bool, "number": int}
    manifest, build = fields("Manifest"), fields("Build")
    assert {name for name in manifest if not name.endswith("?")} == {"name", "version", "builds"} <= set(told)
    for name, value in told.items():
        kind = manifest.get(name) or manifest[name + "?"]
        assert kind == "Build[]" or type(value) is kinds[kind], name
    families = re.findall(r'"([^"]+)"', build["chipFamily"])
    assert {"ESP32-C3", "ESP32-C6"} == {each["chipFamily"] for each in told["builds"]} <= set(families)
    for each in told["builds"]:
        assert set(each) == {"chipFamily", "parts"} <= set(build)
        assert [set(part) for part in each["parts"]] == [{"path", "offset"}]
        assert all((served[0] / part["path"]).stat().st_size == 4 * MIB for part in each["parts"])
