# SPDX-License-Identifier: Apache-2.0
"""Updates over the serial link: cut at every frame, wrong bytes, what the host serves, what the box answers."""

import http.server
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from serial_kit import BoxEnd, MemoryCable
from update_kit import Listing, flash_for, install, listing, mounted
from update_world import PASSPHRASE, Clock, Store, make_base, publish_list

from ringwarden.faces.serial.face import Face
from ringwarden.faces.serial.updating import list_update
from ringwarden.update.client import Updater
from ringwarden.update.limits import Limits
from ringwarden.update.lists import Wanted
from ringwarden_tools.device.link import HostLink, LinkError
from ringwarden_tools.device.serving import FileServer, FolderSource, UrlSource, source
from ringwarden_tools.device.updating import update
from ringwarden_tools.errors import UserError

OLD, NEW = listing(2), listing(3)
FULL = os.environ.get("RINGWARDEN_HYPOTHESIS") == "full"
RESEND_MS = 60  # the cable is quick


class Box(threading.Thread):
    """A box on a thread of its own: `Face` over a cable, flash and metadata in memory, `item` in force."""

    def __init__(self, cable: MemoryCable, public: Path, now: int, item: Listing | None = OLD) -> None:
        super().__init__(daemon=True)
        self.flash = flash_for(OLD, NEW, spare=2)
        if item is not None:
            install(self.flash, item)
        self.root = (public / "metadata/1.root.json").read_bytes()
        self.clock = Clock(now)
        self.runs = 0
        self.ended = False
        slots, _ = mounted(self.flash)
        apply = list_update(self._updater, slots, Wanted("CN"))
        answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "hello": lambda request: {"box": "test", "said": request.get("say", "")},
            "status": lambda request: {"long": "x" * int(request["length"])},
        }
        self.face = Face(BoxEnd(cable), answers, apply, resend_ms=RESEND_MS)

    def _updater(self, fetcher: Any) -> Updater:
        self.runs += 1
        return Updater(Store(), fetcher, self.clock, Limits(), self.root)

    def run(self) -> None:
        while not self.ended:
            self.face._turn()

    def in_force(self) -> Listing:
        slots, _ = mounted(self.flash)
        assert slots.active is not None
        return next(item for item in (OLD, NEW) if item.digest == slots.active.digest)

    def stop(self) -> None:
        self.ended = True
        self.join()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A published repository with both lists and the delta between them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGWARDEN_PASSPHRASE", PASSPHRASE)
        place = make_base(tmp_path_factory.mktemp("serial") / "lists", ("CN",))
        for item in (OLD, NEW):
            publish_list(place, item)
        yield place


@pytest.fixture(scope="module")
def now(repository: Path) -> int:
    return int((repository / "public/metadata/timestamp.json").stat().st_mtime)


def run(repository: Path, now: int, cable: MemoryCable, delta: bool = True) -> tuple[Box, dict[str, Any]]:
    """One update over the cable."""
    box = Box(cable, repository / "public", now, OLD if delta else None)
    box.start()
    try:
        return box, update(cable.host, FolderSource(repository), patience=5, resend_ms=RESEND_MS)
    finally:
        box.stop()


def test_delta_and_whole(repository: Path, now: int) -> None:
    box, answer = run(repository, now, MemoryCable())
    assert answer["update"] == "updated" and answer["by_delta"] and answer["fetched"] < len(NEW.data) / 4
    assert box.in_force() == NEW and answer["drops"] == 0
    box, answer = run(repository, now, MemoryCable(), delta=False)
    assert answer["update"] == "updated" and not answer["by_delta"] and answer["fetched"] == len(NEW.data)
    assert box.in_force() == NEW and answer["resent"] == 0


@pytest.mark.parametrize("delta", [True, False], ids=["delta", "whole"])
def test_cut_at_every_frame(repository: Path, now: int, delta: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """The connection is lost at frame k, for every k: the update goes on where it was, and is made once."""
    whole = MemoryCable()
    run(repository, now, whole, delta)
    total = whole.frames
    assert total > 20
    cuts = 0
    for at in range(1, total):
        cable = MemoryCable(at)
        box, answer = run(repository, now, cable, delta)
        assert answer.get("update") == "updated", (at, answer)
        assert box.in_force() == NEW and box.runs == 1, at
        assert answer["fetched"] == len(NEW.data) if not delta else answer["by_delta"]
        cuts += cable.cuts
        # The last frames end the session: nobody minds when those are lost.
        assert answer["drops"] == cable.cuts or at < 3 or at >= total - 3, (at, total, answer)
    with capsys.disabled():
        print(f"\n  {cuts} cuts of the cable in {total} frames ({'delta' if delta else 'whole list'})")
    assert cuts >= total - 3


@pytest.mark.timeout(1800)
def test_bytes_wrong(repository: Path, now: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes on their way to the box are wrong once: every 17th, in the full run every one (tests/portable has all of
    a frame)."""
    whole = MemoryCable()
    run(repository, now, whole)
    tried = 0
    for at in range(0, whole.written, 1 if FULL else 17):
        cable = MemoryCable()

        def spoil(offset: int, piece: bytes, at: int = at) -> bytes:
            place = at - offset
            if not 0 <= place < len(piece):
                return piece
            return piece[:place] + bytes([piece[place] ^ (1 << at % 8)]) + piece[place + 1 :]

        cable.spoil = spoil
        box, answer = run(repository, now, cable)
        assert answer.get("update") == "updated" and box.in_force() == NEW and box.runs == 1, (at, answer)
        tried += 1
    with capsys.disabled():
        print(f"\n  {tried} wrong bytes of {whole.written}")


def test_requests(repository: Path, now: int) -> None:
    cable = MemoryCable()
    box = Box(cable, repository / "public", now)
    box.start()
    with HostLink(cable.host, 5) as link:
        assert link.request("hello", say="\u4f60\u597d")["said"] == "\u4f60\u597d"
        assert len(link.request("status", length=5000)["long"]) == 5000
        assert link.request("status")["error"] == "fault"
        assert link.request("no.such")["error"] == "unknown"
        assert link.request("update.apply")["error"] == "busy"
        assert link.request("hello")["box"] == "test"
    box.stop()


def test_the_same_ticket_is_one_update(repository: Path, now: int) -> None:
    cable = MemoryCable()
    box = Box(cable, repository / "public", now)
    box.start()
    for _ in range(2):
        with HostLink(cable.host, 5, FileServer(FolderSource(repository))) as link:
            assert link.request("update.apply", ticket=9)["update"] == "updated"
    assert box.runs == 1
    with HostLink(cable.host, 5, FileServer(FolderSource(repository))) as link:
        assert link.request("update.apply", ticket=10)["update"] == "current"
    box.stop()


def test_nobody_there() -> None:
    cable = MemoryCable()
    with pytest.raises(LinkError, match="no box answers"):
        HostLink(cable.host, 0.3).connect()


def test_a_host_that_lies(repository: Path, now: int, tmp_path: Path) -> None:
    """The host is trusted no more than a server: other bytes than signed are refused."""
    import shutil

    shutil.copytree(repository / "public", tmp_path / "public")
    for file in (tmp_path / "public/targets").rglob("*.rw*"):
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    cable = MemoryCable()
    box = Box(cable, repository / "public", now)
    box.start()
    answer = update(cable.host, FolderSource(tmp_path), patience=5)
    box.stop()
    assert (answer["update"], answer["code"]) == ("kept", "mismatch") and box.in_force() == OLD


OUTSIDE = ("../keys", "metadata/../../keys", "metadata", "metadata/", "targets//etc/passwd", "/etc/passwd", "lists/x",
           "targets/../../secret", "metadata/a\0b", "targets/lists")  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_is_served(repository: Path, path: str) -> None:
    with pytest.raises((FileNotFoundError, ValueError)):
        FolderSource(repository).open(path)


def test_sources(repository: Path, tmp_path: Path) -> None:
    assert isinstance(source(str(repository)), FolderSource)
    assert isinstance(source(str(repository / "public")), FolderSource)
    for place in (str(tmp_path), str(tmp_path / "none"), "ftp://x/y"):
        with pytest.raises(UserError):
            source(place)


def test_from_a_web_server(repository: Path, now: int) -> None:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(repository / "public"))

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        files = source(f"http://127.0.0.1:{server.server_port}")
        assert isinstance(files, UrlSource)
        cable = MemoryCable()
        box = Box(cable, repository / "public", now)
        box.start()
        answer = update(cable.host, files, patience=5)
        box.stop()
        server.shutdown()
        serving.join()
    assert answer["update"] == "updated" and box.in_force() == NEW
