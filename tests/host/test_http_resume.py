# SPDX-License-Identifier: Apache-2.0
"""Files over Wi-Fi: connections that break off are followed by others that ask for the rest."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from update_kit import Listing, flash_for, install, listing, mounted
from update_world import PASSPHRASE, Clock, Store, make_base, publish_list

from ringwarden.update.client import Updater
from ringwarden.update.errors import FetchError
from ringwarden.update.fetch import HttpFetcher
from ringwarden.update.lists import ListUpdate, Wanted

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "firmware/boards/simulator/update_main.py"
OLD, NEW = listing(2, 600), listing(3, 600)


class Server:
    """A web server for `files` that knows ranges (unless `ranges` is off) and loses connections.

    After `every` bytes of a body each connection ends; `once` ends the one that sends that byte of all that this server
    ever sent, heads included.
    """

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.every = 1 << 30
        self.once = -1
        self.ranges = True
        self.lying = False
        self.tag = '"1"'
        self.sent = 0
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:{}".format(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            with link:
                try:
                    self._answer(link)
                except OSError:
                    pass

    def _answer(self, link: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            more = link.recv(4096)
            if not more:
                return
            request += more
        text = request.decode()
        self.asked.append(text)
        lines = dict(line.split(": ", 1) for line in text.split("\r\n")[1:] if ": " in line)
        data = self.files.get(text.split(" ")[1])
        begin = int(lines.get("Range", "bytes=0-")[6:-1])
        if lines.get("If-Range", self.tag) != self.tag or not self.ranges:
            begin = 0
        if data is None:
            head = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n"
        elif begin:
            shown = begin + 1 if self.lying else begin
            head = f"HTTP/1.1 206 Part\r\nContent-Range: bytes {shown}-{len(data) - 1}/{len(data)}\r\n"
        else:
            head = "HTTP/1.1 200 OK\r\n"
        body = (data or b"")[begin:]
        if data is not None:
            head += f"Content-Length: {len(body)}\r\nETag: {self.tag}\r\n"
        whole = (head + "\r\n").encode() + body[: self.every]
        if 0 <= self.once - self.sent < len(whole):
            whole = whole[: self.once - self.sent]
            self.once = -1
        self.sent += len(whole)
        link.sendall(whole)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server({"/metadata/a": bytes(range(256)) * 9, "/targets/empty": b""})
    yield found
    found.close()


def get(server: Server, path: str = "metadata/a") -> bytes:
    stream = HttpFetcher(server.url, timeout=2, pause=0.01).open(path)
    try:
        return b"".join(iter(lambda: stream.read(1000), b""))
    finally:
        stream.close()


def test_every_length_of_connection(server: Server) -> None:
    wanted = server.files["/metadata/a"]
    for every in (1 << 30, 2304, 2303, 1000, 64, 63):
        server.every = every
        server.asked.clear()
        assert get(server) == wanted
        assert len(server.asked) == max(1, -(-len(wanted) // every))
    assert 'If-Range: "1"\r\n' in server.asked[-1]
    assert get(server, "targets/empty") == b""


def test_one_drop_at_every_byte(server: Server) -> None:
    """In the head nothing is known yet, and the night's next try begins anew; in the body the rest is fetched."""
    wanted = server.files["/metadata/a"] = b"0123456789" * 20
    get(server)
    total, failed = server.sent, 0
    for at in range(total):
        server.sent, server.once = 0, at
        try:
            assert get(server) == wanted
        except FetchError:
            failed += 1
            assert at <= total - len(wanted)
    assert failed == total - len(wanted) + 1  # the first byte of the body is as good as none


def test_servers_that_cannot(server: Server) -> None:
    """Without ranges, with a file that has changed, with another part than was asked for: an error, no wrong bytes."""
    server.every = 500
    server.ranges = False
    with pytest.raises(FetchError, match="does not send the rest"):
        get(server)
    server.ranges, server.lying = True, True
    with pytest.raises(FetchError, match="does not send the rest"):
        get(server)
    server.lying = False
    stream = HttpFetcher(server.url, timeout=2, pause=0.01).open("metadata/a")
    stream.read(400)
    server.tag = '"2"'
    with pytest.raises(FetchError, match="does not send the rest"):
        for _ in range(9):
            stream.read(400)
    server.every = 0
    server.asked.clear()
    with pytest.raises(FetchError, match="broke off"):
        get(server)
    assert len(server.asked) == 1


class Box:
    """A box in a folder, updated by starting an interpreter (see test_update_interpreters)."""

    def __init__(self, command: list[str], env: dict[str, str], place: Path, url: str) -> None:
        self.command, self.env, self.place, self.url = command, env, place, url

    def update(self, name: str) -> dict[str, Any]:
        place = self.place / name
        (place / "state").mkdir(parents=True, exist_ok=True)
        setup = {
            "flash": str(place / "flash.bin"), "size": 12 * 4096, "state": str(place / "state"), "region": "CN",
            "repository": self.url, "root": str(self.place / "lists/public/metadata/1.root.json"),
        }  # fmt: skip
        (place / "setup.json").write_text(json.dumps(setup))
        done = subprocess.run(
            [*self.command, str(SCRIPT), str(place / "setup.json")], env=self.env,
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode in (0, 2), done.stdout + done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told


@pytest.fixture(params=["cpython", pytest.param("micropython", marks=pytest.mark.micropython)])
def box(
    request: pytest.FixtureRequest, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Box]:
    monkeypatch.setenv("RINGWARDEN_PASSPHRASE", PASSPHRASE)
    make_base(tmp_path / "lists", ("CN",))
    publish_list(tmp_path / "lists", OLD)
    publish(server, tmp_path)
    if request.param == "cpython":
        yield Box([sys.executable], dict(os.environ), tmp_path, server.url)
        return
    micropython: list[str] = request.getfixturevalue("micropython")
    env: dict[str, str] = request.getfixturevalue("micropython_env")
    yield Box([*micropython, "-X", "heapsize=320k"], env, tmp_path, server.url)


def publish(server: Server, place: Path) -> None:
    public = place / "lists/public"
    server.files = {f"/{p.relative_to(public)}": p.read_bytes() for p in public.rglob("*") if p.is_file()}


def test_update_in_connections_of_64_bytes(box: Box, server: Server) -> None:
    """Every connection ends after 64 bytes of a file: list, then delta, all the same."""
    server.every = 64
    told = box.update("box")
    assert (told["update"], told["sha256"]) == ("updated", OLD.digest.hex()), told
    publish_list(box.place / "lists", NEW)
    publish(server, box.place)
    told = box.update("box")
    assert (told["update"], told["by_delta"], told["sha256"]) == ("updated", True, NEW.digest.hex())
    assert len(server.asked) > 100


def test_a_drop_on_the_interpreters(box: Box, server: Server) -> None:
    """One drop in an update: it completes, or it does when it is tried again."""
    box.update("whole")
    for at in range(700, server.sent, 1100):
        server.sent, server.once = 0, at
        told = box.update(str(at))
        if told["update"] == "kept":
            assert told["code"] == "fetch" and told["sha256"] == ""
            told = box.update(str(at))
        assert (told["update"], told["sha256"]) == ("updated", OLD.digest.hex()), (at, told)


def test_one_drop_at_every_64th_byte(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same at every multiple of 64, for a list and for a delta; the old list stays until the new one is whole."""
    monkeypatch.setenv("RINGWARDEN_PASSPHRASE", PASSPHRASE)
    make_base(tmp_path / "lists", ("CN",))
    for item in (OLD, NEW):
        publish_list(tmp_path / "lists", item)
    publish(server, tmp_path)
    for base in (None, OLD):
        assert attempt(server, base, -1, 0) == 1
        total = server.sent
        tries = [attempt(server, base, at, 2) for at in range(0, total, 64)]
        assert max(tries) == 2 and tries.count(1) > 5
        with capsys.disabled():
            text = "\n  {} drops in the {} bytes of a {}; {} of them (in a head) needed another try"
            print(text.format(len(tries), total, "delta" if base else "list", tries.count(2)))


def attempt(server: Server, base: Listing | None, at: int, most: int) -> int:
    """How many tries it takes a box with `base` in force, when byte `at` is lost."""
    flash = flash_for(OLD, NEW, spare=2)
    if base is not None:
        install(flash, base)
    store, clock = Store(), Clock(int(time.time()))
    server.sent, server.once = 0, at
    for tries in range(1, max(most, 1) + 1):
        fetcher = HttpFetcher(server.url, timeout=2, pause=0.01)
        slots, _ = mounted(flash)
        root = server.files["/metadata/1.root.json"]
        outcome = ListUpdate(Updater(store, fetcher, clock, None, root), slots, Wanted("CN")).run()
        slots, _ = mounted(flash)
        digest = slots.active.digest if slots.active else None
        if outcome.kind == "updated":
            assert digest == NEW.digest and (outcome.by_delta or base is None or tries + (at >= 0) > 1)
            return tries
        assert outcome.code == "fetch" and digest == (base.digest if base else None)
    raise AssertionError((at, outcome.explanation))
