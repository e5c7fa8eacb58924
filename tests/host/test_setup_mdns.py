# SPDX-License-Identifier: Apache-2.0
"""The box's name, asked by zeroconf's own code over the loopback, and by a resolver that knows no mDNS."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from zeroconf import DNSIncoming, DNSOutgoing, DNSQuestion, ServiceBrowser, ServiceListener, Zeroconf
from zeroconf.const import _CLASS_IN, _FLAGS_QR_QUERY, _TYPE_A, _TYPE_PTR

from ringwarden.setup.mdns import Responder

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "firmware/boards/simulator/setup_main.py"
SERVICE = "_ringwarden._tcp.local."
Start = Callable[[int], subprocess.Popen[bytes]]


@pytest.fixture(params=["cpython", pytest.param("micropython", marks=pytest.mark.micropython)])
def start(
    request: pytest.FixtureRequest, micropython: list[str], micropython_env: dict[str, str], tmp_path: Path
) -> Iterator[Start]:
    """Starts a box whose name answers on a port."""
    box = request.param == "micropython"
    command = [*micropython, "-X", "heapsize=320k"] if box else [sys.executable]
    started: list[subprocess.Popen[bytes]] = []

    def begin(port: int) -> subprocess.Popen[bytes]:
        plan = {"store": str(tmp_path / "setup.json"), "networks": [], "serial": "246f28004f2a", "mdns": port}
        (tmp_path / "plan.json").write_text(json.dumps(plan))
        env = micropython_env if box else dict(os.environ)
        started.append(subprocess.Popen([*command, str(SCRIPT), str(tmp_path / "plan.json")], env=env))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def test_an_ordinary_resolver(start: Start) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = start(port)
    query = DNSOutgoing(_FLAGS_QR_QUERY, multicast=False, id_=0x1234)
    query.add_question(DNSQuestion("ringwarden-4f2a.local.", _TYPE_A, _CLASS_IN))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        resolver.settimeout(0.5)
        for _ in range(20):
            resolver.sendto(b"\x00" * 2000, ("127.0.0.1", port))
            resolver.sendto(query.packets()[0], ("127.0.0.1", port))
            try:
                told = resolver.recv(2000)
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.2)
        else:
            pytest.fail("no answer")
    answer = DNSIncoming(told)
    assert answer.id == 0x1234 and answer.num_questions == 1
    (record,) = answer.answers()
    assert (record.name, record.ttl, record.unique) == ("ringwarden-4f2a.local.", 10, False)
    assert record.address == bytes([127, 0, 0, 1])  # type: ignore[attr-defined]


def test_zeroconf_reads_every_record() -> None:
    box = Responder("ringwarden-4f2a", "\u5ba2\u5385\u7535\u8bdd", 8080)
    query = DNSOutgoing(_FLAGS_QR_QUERY)
    query.add_question(DNSQuestion(SERVICE, _TYPE_PTR, _CLASS_IN))
    for data, count in ((box.answer(query.packets()[0], "192.168.1.23"), 4), (box.announcement("192.168.1.23"), 7)):
        read = DNSIncoming(data)
        assert read.valid and len(read.answers()) == count
    names = {record.name for record in DNSIncoming(box.announcement("192.168.1.23")).answers()}
    assert f"\u5ba2\u5385\u7535\u8bdd.{SERVICE}" in names


class Seen(ServiceListener):
    """The boxes that are there."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.names.add(name)

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        self.names.discard(name)

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        pass


@pytest.mark.parametrize("start", ["cpython"], indirect=True)  # MicroPython cannot choose the loopback for multicast
def test_zeroconf_finds_the_box(start: Start) -> None:
    start(5353)
    peer = Zeroconf(interfaces=["127.0.0.1"])
    try:
        seen = Seen()
        ServiceBrowser(peer, SERVICE, seen)
        deadline = time.monotonic() + 10
        while not seen.names and time.monotonic() < deadline:
            time.sleep(0.1)
        assert seen.names == {f"Ringwarden 4F2A.{SERVICE}"}
        info = peer.get_service_info(SERVICE, f"Ringwarden 4F2A.{SERVICE}", 5000)
        assert info and info.server == "ringwarden-4f2a.local." and info.parsed_addresses() == ["127.0.0.1"]
        assert info.properties == {b"path": b"/"}
    finally:
        peer.close()
