# SPDX-License-Identifier: Apache-2.0
"""The set-up page and its name server over real sockets: the box on CPython, then on MicroPython."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from ringwarden.setup.state import fresh

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "firmware/boards/simulator/setup_main.py"
NETWORKS = [
    {"ssid": "Home", "dbm": -48, "password": "correct horse"},
    {"ssid": "<img src=x onerror=alert(1)>", "dbm": -65, "password": ""},
]


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Box:
    """A box whose set-up network is this machine's loopback."""

    def __init__(self, command: list[str], env: dict[str, str], place: Path) -> None:
        self.store = place / "setup.json"
        self.store.write_text(json.dumps(fresh("K7PM2QXH9TRB", bytes(16), True, "4f2a")))
        self.http, self.dns = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)
        plan = {"store": str(self.store), "networks": NETWORKS, "serial": "246f28004f2a"}
        (place / "plan.json").write_text(json.dumps({**plan, "http": self.http, "dns": self.dns}))
        self.process = subprocess.Popen([*command, str(SCRIPT), str(place / "plan.json")], env=env)
        for _ in range(100):
            try:
                self.connect().close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the page does not come up")

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.http), timeout=15)

    def ask(self, method: str, path: str, body: dict[str, str] | None = None, host: str = "127.0.0.1") -> Any:
        """(status, headers, text)."""
        line = http.client.HTTPConnection("127.0.0.1", self.http, timeout=15)
        headers = {"Host": host, "Content-Type": "application/x-www-form-urlencoded"}
        line.request(method, path, urlencode(body) if body is not None else None, headers)
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        return answer.status, answer.headers, text


@pytest.fixture(params=["cpython", pytest.param("micropython", marks=pytest.mark.micropython)])
def box(
    request: pytest.FixtureRequest, micropython: list[str], micropython_env: dict[str, str], tmp_path: Path
) -> Iterator[Box]:
    if request.param == "cpython":
        made = Box([sys.executable], dict(os.environ), tmp_path)
    else:
        made = Box([*micropython, "-X", "heapsize=320k"], micropython_env, tmp_path)
    yield made
    made.process.kill()
    made.process.wait()


def test_a_phone_sets_its_box_up(box: Box) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.settimeout(10)
        question = b"\x12\x34\x01\x00\x00\x01" + bytes(6) + b"\x07captive\x05apple\x03com\x00\x00\x01\x00\x01"
        resolver.sendto(b"noise", ("127.0.0.1", box.dns))
        resolver.sendto(question, ("127.0.0.1", box.dns))
        assert resolver.recv(512)[-4:] == bytes([127, 0, 0, 1])
    status, headers, _ = box.ask("GET", "/hotspot-detect.html", host="captive.apple.com")
    assert (status, headers["Location"]) == (302, "http://127.0.0.1/")
    status, headers, page = box.ask("GET", "/?lang=en")
    assert status == 200 and 'value="486f6d65"' in page and "<img" not in page
    assert "script-src" not in headers["Content-Security-Policy"] and "'none'" in headers["Content-Security-Policy"]
    assert "Connecting" in box.ask("POST", "/join?lang=en", {"net": "486f6d65", "password": "wrong horse"})[2]
    time.sleep(0.5)
    assert "could not join" in box.ask("GET", "/state?lang=en")[2]
    box.ask("POST", "/join?lang=en", {"net": "486f6d65", "password": "correct horse"})
    time.sleep(0.5)
    assert "http://ringwarden-4f2a.local/" in box.ask("GET", "/state?lang=en")[2]
    kept = json.loads(box.store.read_text())
    assert (kept["open"], kept["first"], kept["password"]) == (False, "", "correct horse")
    assert "set up already" in box.ask("POST", "/join?lang=en", {"other": "Evil", "password": "12345678"})[2]
    assert json.loads(box.store.read_text()) == kept


def test_what_strangers_send(box: Box) -> None:
    for request, status in (
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 65536 + b"\r\n\r\n", b"431"),
        (b"POST /join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 65536\r\n\r\n", b"413"),
        (b"POST /join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n", b"413"),
        (b"POST /join HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"413"),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"400"),
        (b"GET /\xff\x00 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"302"),
        (b"BREW / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"405"),
    ):
        with box.connect() as line:
            try:
                line.sendall(request)
                told = line.recv(4096)
            except ConnectionError:  # it hung up while we were still sending: allowed for what is too large
                assert status == b"431"
                continue
            assert told.split(b" ")[1] == status, request[:40]
    slow = [box.connect() for _ in range(4)]
    for line in slow:
        line.sendall(b"GET / HT")
    assert box.ask("GET", "/?lang=en")[0] == 200  # while they dawdle
    for line in slow:
        assert line.recv(10) == b""  # they are cut off in the end
        line.close()
    assert box.ask("GET", "/?lang=zh")[0] == 200
