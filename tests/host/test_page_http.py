# SPDX-License-Identifier: Apache-2.0
"""The page's server over real sockets, on CPython and on MicroPython in a heap as large as a box has."""

import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import microdot
import pytest

from ringwarden.faces.web_server import host_allowed

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "firmware/web"
KIT = ROOT / "tests/host/page_kit.py"
HEAP = "320k"


class Peer:
    """A server in a process of its own."""

    def __init__(self, command: list[str], env: dict[str, str], port: int) -> None:
        self.command, self.env, self.port = command, env, port

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=8)

    def raw(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (lower case names) and body of the answer to these bytes; status 0 when it is none."""
        with self.connect() as peer:
            peer.sendall(request)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while piece := peer.recv(65536):
                    answer += piece
        if not answer:
            return 0, {}, b""
        head, _, body = answer.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        return int(first.split()[1]), headers, body

    def get(self, path: str, host: str = "localhost", more: str = "") -> tuple[int, dict[str, str], bytes]:
        return self.raw(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode())

    def stream(self) -> socket.socket:
        """An open event stream whose headers have been read."""
        peer = self.connect()
        peer.sendall(b"GET /api/stream?lang=en HTTP/1.1\r\nHost: localhost\r\n\r\n")
        head = peer.recv(12)
        if b" 200" not in head:
            peer.close()
            raise ConnectionError(head)
        return peer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module", params=["cpython", "micropython"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, micropython: list[str]
) -> Iterator[Peer]:
    port = free_port()
    env = {**os.environ, "PYTHONPATH": str(ROOT / "firmware")}
    command = [sys.executable, "-W", "error"]
    if request.param == "micropython":
        packages = tmp_path_factory.mktemp("packages")
        shutil.copytree(Path(microdot.__file__).parent, packages / "microdot")
        env["MICROPYPATH"] = f".frozen:{ROOT}/firmware:{packages}"
        command = [*micropython, "-X", f"heapsize={HEAP}"]
    command += [str(KIT), str(WEB), str(port)]
    process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield Peer(command, env, port)
        assert process.poll() is None, "the server died"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("/", "index.html", "text/html"),
        ("/page.css", "page.css", "text/css"),
        ("/page.js", "page.js", "text/javascript"),
        ("/icon.svg", "icon.svg", "image/svg+xml"),
    ],
)
def test_files_are_served_whole_and_hardened(server: Peer, path: str, name: str, kind: str) -> None:
    status, headers, body = server.get(path)
    assert (status, body) == (200, (WEB / name).read_bytes())
    assert headers["content-type"].startswith(kind)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "access-control-allow-origin" not in headers


def test_the_files_are_small() -> None:
    assert sum(path.stat().st_size for path in WEB.iterdir()) < 40_000


@pytest.mark.parametrize(
    "path",
    ["/index.html", "/../README.md", "/..%2fREADME.md", "//etc/passwd", "/page.css/", "/page.js%00", "/api"],
)
def test_nothing_else_is_served(server: Peer, path: str) -> None:
    status, headers, body = server.get(path)
    assert status == 404 and len(body) < 20
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8080", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8080", 200),
        ("attacker.example", 403),
        ("127.0.0.1.attacker.example", 403),
        ("localhost.attacker.example:8080", 403),
        ("192.168.1.5", 403),
        ("ringwarden.local", 403),
        ("", 403),
    ],
)
def test_only_loopback_names_reach_a_loopback_page(server: Peer, host: str, status: int) -> None:
    assert server.get("/api/status", host)[0] == status
    assert server.get("/", host)[0] == status


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("192.168.1.5", True),
        ("192.168.1.5:8080", True),
        ("[fe80::1]:80", True),
        ("ringwarden", True),
        ("ringwarden.local:80", True),
        ("localhost", True),
        ("attacker.example", False),
        ("ringwarden.local.attacker.example", False),
        ("192.168.1.5.attacker.example", False),
        ("[fe80::1", False),
        (".local", False),
        ("", False),
    ],
)
def test_a_page_on_the_home_network_takes_addresses_and_local_names(host: str, allowed: bool) -> None:
    assert host_allowed(host, loopback=False) is allowed


def test_a_request_without_host_is_refused(server: Peer) -> None:
    assert server.raw(b"GET / HTTP/1.0\r\n\r\n")[0] == 403


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"rubbish\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\nHost: localhost\r\nContent-Length: many\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx", 413),
        (b"GET / HTTP/1.0\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"GET /" + b"a" * 3000 + b" HTTP/1.0\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\nHost: localhost\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.0\r\n\r\n", 400),
        (b"GET /api/calls?after=%zz HTTP/1.0\r\nHost: localhost\r\n\r\n", 400),
        (b"POST / HTTP/1.0\r\nHost: localhost\r\n\r\n", 405),
        (b"DELETE /api/calls HTTP/1.0\r\nHost: localhost\r\n\r\n", 405),
    ],
)
def test_bad_requests_get_an_error(server: Peer, request_bytes: bytes, status: int) -> None:
    # A peer that still sends when the answer is ready may see its connection reset instead of the answer.
    allowed = (0, status) if len(request_bytes) > 4096 else (status,)
    assert server.raw(request_bytes)[0] in allowed
    assert server.get("/api/status")[0] == 200


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=1e3", "after=", "after=²", "limit=9999999999", "limit=-5"]
)
def test_numbers_that_are_none_are_refused(server: Peer, query: str) -> None:
    assert server.get("/api/calls?" + query.replace("²", "%C2%B2"))[0] == 400


def test_status(server: Peer) -> None:
    status, headers, body = server.get("/api/status")
    value = json.loads(body)
    assert headers["cache-control"] == "no-store"
    assert value["date"] == "2026-03-05" and value["newest"] >= 4
    assert value["today"]["ring"] == value["today"]["label"] == value["today"]["silence"] == 1
    assert value["today"]["drop"] >= 1


def test_calls_come_oldest_first_in_the_language_asked_for(server: Peer) -> None:
    calls = json.loads(server.get("/api/calls?after=0&limit=200&lang=zh")[2])["calls"]
    assert [call["id"] for call in calls] == sorted(call["id"] for call in calls)
    first, second = calls[0], calls[1]
    assert (first["who"], first["second"], first["verdict"]) == ("王芳", "+86 138 0013 8021", "已响铃")
    assert first["took"] == "收到来电号码后 7.4 毫秒作出判断"
    assert second["category"] and second["took"] == "收到来电号码后 13 毫秒作出判断"
    english = json.loads(server.get("/api/calls?after=1&limit=1&lang=en")[2])["calls"]
    assert len(english) == 1 and english[0]["id"] > 1
    assert json.loads(server.get("/api/calls?after=99999999")[2]) == {"calls": []}


@pytest.mark.parametrize(
    ("query", "accept", "lang"),
    [
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("", "fr,de;q=0.9", "en"),
        ("?lang=zh", "en", "zh"),
        ("?lang=klingon", "zh", "zh"),
    ],
)
def test_words_follow_the_choice_then_the_browser(server: Peer, query: str, accept: str, lang: str) -> None:
    body = server.get("/api/words" + query, more=f"Accept-Language: {accept}\r\n")[2]
    assert json.loads(body)["lang"] == lang


def test_the_stream_tells_each_change_and_beats(server: Peer) -> None:
    with server.stream() as peer:
        text = b""
        deadline = time.monotonic() + 8
        while time.monotonic() < deadline and text.count(b'"ended"') < 3:
            text += peer.recv(65536)
    events = [event for event in text.decode().partition("\r\n\r\n")[2].split("\n\n") if event][:-1]
    assert events[0].startswith("event: status\n")
    states: dict[int, list[str]] = {}
    for event in events:
        kind, data = event.split("\n")
        value = json.loads(data.removeprefix("data: "))
        if kind == "event: call":
            states.setdefault(value["id"], []).append(value["state"])
    # Decided and ended fall together in the kit, so the stream may send that call once.
    assert ["ringing", "ended"] in [[state for state in seen if state != "decided"] for seen in states.values()]


def open_tabs(server: Peer, count: int, tabs: contextlib.ExitStack) -> None:
    """Open that many event streams, waiting a little for places to become free."""
    deadline = time.monotonic() + 8
    while count:
        try:
            tabs.enter_context(server.stream())
            count -= 1
        except ConnectionError:
            assert time.monotonic() < deadline, "closed tabs keep their places"
            time.sleep(0.05)


def test_tabs_are_counted_and_a_closed_one_frees_its_place(server: Peer) -> None:
    for _ in range(3):
        with contextlib.ExitStack() as tabs:
            open_tabs(server, 8, tabs)
            with pytest.raises(ConnectionError, match="503"):
                server.stream()


def test_peers_that_send_nothing_are_hung_up_on(server: Peer) -> None:
    with server.connect() as silent, server.connect() as half:
        half.sendall(b"GET / HTTP/1.0\r\nHost:")
        start = time.monotonic()
        assert silent.recv(100) == b""
        assert half.recv(100) == b""
        assert time.monotonic() - start < 7


def one_of_a_crowd_is_busy(server: Peer, size: int) -> bool:
    """Whether, of so many silent connections at once, one is told 503 instead of being hung up on in the end."""
    with contextlib.ExitStack() as crowd:
        peers = [crowd.enter_context(server.connect()) for _ in range(size)]
        while peers:
            for peer in select.select(peers, [], [], 8)[0]:
                if b" 503 " in peer.recv(100):
                    return True
                peers.remove(peer)
    return False


def test_too_many_connections_are_told_so_and_the_page_survives(server: Peer) -> None:
    # On a busy machine the first peers may be hung up on before the last has come: a few attempts.
    assert any(one_of_a_crowd_is_busy(server, 40) for _ in range(5))
    deadline = time.monotonic() + 8
    while server.get("/api/status")[0] != 200:
        assert time.monotonic() < deadline, "the page did not recover"
        time.sleep(0.1)


def test_a_port_in_use_is_an_error(server: Peer) -> None:
    again = subprocess.run(server.command, env=server.env, stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
    assert again.returncode == 2
