# SPDX-License-Identifier: Apache-2.0
"""The public Improv kit for browsers sets a box up over a terminal: the box on CPython, then on MicroPython."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serial_kit import Wire

from ringwarden.setup.state import fresh

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "firmware/boards/simulator/setup_main.py"
CLIENT = ROOT / "tests/improv/improv_client.mjs"
FIRST = "K7PM2QXH9TRB"
NETWORKS = [
    {"ssid": "Home", "dbm": -48, "password": "correct horse"},
    {"ssid": "\u5bb6\u91cc\u7684\u7f51", "dbm": -60, "password": "\u5bc6\u7801\u5bc6\u7801"},
    {"ssid": "<img src=x onerror=alert(1)>", "dbm": -65, "password": ""},
    {"raw": "486f6d65e2808b", "dbm": -20, "password": ""},
    {"raw": "bcd2", "dbm": -70, "password": "12345678"},
]
STOPPED, READY, JOINING, DONE = 0, 2, 3, 4


@pytest.fixture(scope="module")
def kit() -> str:
    """The unpacked public package."""
    command = [sys.executable, str(ROOT / "host_tools/ringwarden_build/improv_sdk.py")]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Box:
    """A box on a wire, in an interpreter of its own."""

    def __init__(self, command: list[str], env: dict[str, str], place: Path, kit: str) -> None:
        self.wire = Wire()
        self.kit = kit
        self.store = place / "setup.json"
        self.plan = place / "plan.json"
        self.store.write_text(json.dumps(fresh(FIRST, bytes(16), True, "4f2a")))
        self.command = [*command, str(SCRIPT), str(self.plan)]
        self.env = env
        plan = {"port": self.wire.box, "store": str(self.store), "networks": NETWORKS, "serial": "246f28004f2a"}
        self.plan.write_text(json.dumps(plan))
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self.command, env=self.env, stdin=subprocess.DEVNULL)

    def restart(self) -> None:
        """Cut the power and boot again."""
        self.process.kill()
        self.process.wait()
        self.process = self.start()

    def ask(self, *calls: list[Any]) -> list[dict[str, Any]]:
        """What the kit says to each of `calls`; first of all it must find the box."""
        given = json.dumps([["initialize", 8000], *calls])
        command = ["node", str(CLIENT), self.kit, self.wire.browser]
        done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        *answers, last = map(json.loads, done.stdout.splitlines())
        assert last == {"logged": []}, "the kit complained"
        assert len(answers) == len(calls) + 1
        return answers

    def document(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads(self.store.read_text())
        return kept

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.wire.close()


@pytest.fixture(params=["cpython", pytest.param("micropython", marks=pytest.mark.micropython)])
def box(
    request: pytest.FixtureRequest, micropython: list[str], micropython_env: dict[str, str], tmp_path: Path, kit: str
) -> Iterator[Box]:
    if request.param == "cpython":
        made = Box([sys.executable], dict(os.environ), tmp_path, kit)
    else:
        made = Box([*micropython, "-X", "heapsize=320k"], micropython_env, tmp_path, kit)
    yield made
    made.close()


def test_a_household_sets_its_box_up(box: Box) -> None:
    found, scan, hostname, name, online, wrong, joined, after = box.ask(
        ["scan"],
        ["setHostname", "Hall-Phone"],
        ["setDeviceName", "\u5ba2\u5385\u7535\u8bdd"],
        ["requestNetworkState"],
        ["provision", "Home", "wrong horse"],
        ["provision", "Home", "correct horse"],
        ["requestCurrentState"],
    )
    assert found["state"] == READY and found["url"] is None
    assert found["ok"]["name"] == "Ringwarden 4F2A" and found["ok"]["chipFamily"] == "ESP32-C3"
    shown = {item["name"]: (item["rssi"], item["secured"]) for item in scan["ok"]}
    assert shown == {
        "Home": (-48, True),
        "\u5bb6\u91cc\u7684\u7f51": (-60, True),
        "<img src=x onerror=alert(1)>": (-65, False),
        "Home\\u200b": (-20, False),
        "\\xbc\\xd2": (-70, True),
    }
    assert (hostname["ok"], name["ok"]) == ("hall-phone", "\u5ba2\u5385\u7535\u8bdd")
    assert online["ok"]["online"] is False and online["ok"]["supportsWifi"] is True and online["ok"]["urls"] == []
    assert wrong["error"] == "UNABLE_TO_CONNECT" and wrong["states"] == [JOINING, READY]
    assert "error" not in joined and joined["states"] == [JOINING, DONE]
    assert joined["url"] == "http://192.168.1.23/#K7PM-2QXH-9TRB"
    assert after["state"] == DONE and after["url"] == "http://192.168.1.23/"
    kept = box.document()
    assert kept["open"] is False and kept["first"] == "" and kept["password"] == "correct horse"
    assert FIRST not in box.store.read_text()


def test_set_up_stays_closed(box: Box) -> None:
    *_, joined = box.ask(["provision", "Home", "correct horse"])
    assert joined["state"] == DONE
    before = box.store.read_text()
    for answer in box.ask(
        ["provision", "<img src=x onerror=alert(1)>", ""], ["scan"], ["setHostname", "evil"], ["setDeviceName", "evil"]
    )[1:]:
        assert answer["error"] == "UNKNOWN_ERROR (255)" or answer["error"] == "UNKNOWN_ERROR"
    box.restart()
    found, again = box.ask(["provision", "\u5bb6\u91cc\u7684\u7f51", "\u5bc6\u7801\u5bc6\u7801"])
    assert found["state"] == STOPPED and "UNKNOWN_ERROR" in again["error"]  # this box did not join on its own here
    assert box.store.read_text() == before


def test_other_names_and_refusals(box: Box) -> None:
    _, bad, kept, chinese = box.ask(
        ["setHostname", "no dots.here"],
        ["getHostname"],
        ["provision", "\u5bb6\u91cc\u7684\u7f51", "\u5bc6\u7801\u5bc6\u7801"],
    )
    assert bad["error"] == "BAD_HOSTNAME" and kept["ok"] == "ringwarden-4f2a"
    assert chinese["state"] == DONE
    assert bytes.fromhex(box.document()["ssid"]).decode() == "\u5bb6\u91cc\u7684\u7f51"


def test_a_name_that_is_no_text_is_joined_by_its_bytes(box: Box) -> None:
    *_, joined = box.ask(["scan"], ["provision", "\\xbc\\xd2", "12345678"])
    assert joined["state"] == DONE and box.document()["ssid"] == "bcd2"


def test_power_cut_while_joining(box: Box) -> None:
    plan = json.loads(box.plan.read_text())
    box.plan.write_text(json.dumps({**plan, "join_ms": 30000}))
    box.restart()
    given = json.dumps([["initialize", 8000], ["provision", "Home", "correct horse", 1500]])
    command = ["node", str(CLIENT), box.kit, box.wire.browser]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout.splitlines()[1])["error"] == "TIMEOUT"
    box.plan.write_text(json.dumps(plan))
    box.restart()
    time.sleep(0.2)
    *_, joined = box.ask(["provision", "Home", "correct horse"])
    assert joined["state"] == DONE
