# SPDX-License-Identifier: Apache-2.0
"""The update client called directly: slow servers, clocks, power that goes at every write, shipped roots, bit flips."""

import io
import json
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import tuf_world as faults
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.formats import encode_canonical
from tuf_world import Server, World, ed25519, serve

from ringwarden.canonical import signed_form
from ringwarden.strict_json import loads
from ringwarden.update.client import Updater
from ringwarden.update.errors import (
    ClockError,
    FetchError,
    FormatError,
    MismatchError,
    NotFound,
    SignatureError,
    SlowError,
    TooBigError,
    UpdateError,
)
from ringwarden.update.fetch import FolderFetcher, HttpFetcher
from ringwarden.update.limits import Limits
from ringwarden.update.metadata import Target
from ringwarden.update.store import MemoryStore

PATH = "lists/CN/main-7.rwl"
LIST = bytes(range(256)) * 20


class Clock:
    """This machine's clock, moved by `ahead` seconds."""

    def __init__(self, ahead: int = 0) -> None:
        self.ahead = ahead

    def epoch(self) -> int:
        return int(time.time()) + self.ahead

    def ticks_us(self) -> int:
        return time.monotonic_ns() // 1000


class NoClock(Clock):
    """One that was never set."""

    def epoch(self) -> int:
        return 0


class Files:
    """A world's files without a server."""

    def __init__(self, world: World) -> None:
        self.world = world

    def open(self, path: str) -> Any:
        if path not in self.world.files:
            raise NotFound(path)
        return io.BytesIO(self.world.files[path])


class Sink:
    """What was downloaded."""

    def __init__(self) -> None:
        self.data = b""
        self.longest = 0

    def write(self, offset: int, data: bytes) -> None:
        assert offset == len(self.data)
        self.longest = max(self.longest, len(data))
        self.data += data


@pytest.fixture
def world() -> World:
    world = World()
    world.add(PATH, LIST, region="CN", serial=7)
    world.publish_targets()
    return world


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with serve(world) as server:
        yield server


def store_of(world: World) -> MemoryStore:
    """A box's store as it is shipped."""
    store = MemoryStore()
    store.save("root.json", world.first_root)
    return store


def updater(world: World, store: Any = None, clock: Clock | None = None, **limits: int) -> Updater:
    return Updater(store or store_of(world), Files(world), clock or Clock(), Limits(**limits))


def test_a_target_and_what_is_said_of_it(world: World) -> None:
    client = updater(world)
    target = client.target(PATH)
    assert target is not None and (target.path, target.length) == (PATH, len(LIST))
    assert target.custom == {"region": "CN", "serial": 7} and set(target.hashes) == {"sha256"}
    sink = Sink()
    client.download(target, sink)
    assert sink.data == LIST and sink.longest <= 1024
    assert client.target("lists/CN/other.rwl") is None


def test_a_folder_as_repository(world: World, tmp_path: Any) -> None:
    for path, data in world.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    client = Updater(store_of(world), FolderFetcher(str(tmp_path)), Clock())
    target = client.target(PATH)
    assert target is not None
    sink = Sink()
    client.download(target, sink)
    assert sink.data == LIST


def test_a_shipped_root_serves_when_none_is_kept(world: World) -> None:
    for kept in (None, b"", b"rubbish", world.files["metadata/timestamp.json"]):
        store = MemoryStore()
        if kept is not None:
            store.save("root.json", kept)
        with pytest.raises(UpdateError):
            Updater(store, Files(world), Clock()).refresh()
        Updater(store, Files(world), Clock(), root=world.first_root).refresh()
    with pytest.raises(FormatError, match="never told whom to trust"):
        Updater(MemoryStore(), Files(world), Clock()).refresh()
    stranger = World()
    with pytest.raises(SignatureError):
        updater(world, store_of(stranger)).refresh()


def test_a_server_that_trickles(world: World, server: Server) -> None:
    server.faults["metadata/timestamp.json"] = faults.trickle
    client = Updater(store_of(world), HttpFetcher(server.url), Clock(), Limits(grace=1))
    began = time.monotonic()
    with pytest.raises(SlowError, match="slowly"):
        client.refresh()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("fault", [faults.trickle_head, faults.trickle_chunks], ids=lambda fault: fault.__name__)
def test_a_server_that_trickles_around_the_file(world: World, server: Server, fault: Any) -> None:
    server.faults["metadata/timestamp.json"] = fault
    began = time.monotonic()
    with pytest.raises(FetchError, match="too slow a head"):
        Updater(store_of(world), HttpFetcher(server.url), Clock()).refresh()
    assert time.monotonic() - began < 5


def test_a_server_that_falls_silent(world: World, server: Server) -> None:
    server.faults["metadata/timestamp.json"] = faults.silent
    client = Updater(store_of(world), HttpFetcher(server.url, timeout=1), Clock())
    began = time.monotonic()
    with pytest.raises(FetchError):
        client.refresh()
    assert time.monotonic() - began < 3


def test_a_server_that_takes_the_call_and_says_nothing(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(FetchError, match="no answer within 1 s"):
            Updater(store_of(world), HttpFetcher(url, timeout=1), Clock()).refresh()


def test_clocks(world: World) -> None:
    store = store_of(world)
    with pytest.raises(ClockError, match="never set"):
        updater(world, store, NoClock()).refresh()
    updater(world, store).refresh()
    updater(world, store, Clock(-3600)).refresh()
    with pytest.raises(ClockError, match="already"):
        updater(world, store, Clock(-3 * 86400)).refresh()
    with pytest.raises(UpdateError, match="expired"):
        updater(world, store, Clock(40 * 86400)).refresh()
    updater(world, store).refresh()  # a clock that was wrong once leaves nothing behind
    with pytest.raises(ClockError, match="too far ahead"):
        updater(world, clock=Clock(-400 * 86400)).refresh()


def test_a_timestamp_of_the_far_future(world: World) -> None:
    world.signed("timestamp").expires += timedelta(days=5000)
    world.publish("timestamp")
    with pytest.raises(ClockError, match="too far ahead"):
        updater(world).refresh()


@pytest.mark.parametrize("role", ["root", "timestamp", "snapshot", "targets"])
def test_metadata_past_the_box_s_size(world: World, role: str) -> None:
    world.publish("root")
    size = len(world.files[f"metadata/{'2.' if role != 'timestamp' else ''}{role}.json"])
    updater(world, **{role: size}).refresh()
    with pytest.raises(TooBigError):
        updater(world, **{role: size - 1}).refresh()


class CutError(Exception):
    """The power went."""


class CutStore(MemoryStore):
    """Loses power at its n-th write, before it or after it (a write itself is atomic, see test_update_parts)."""

    def __init__(self, files: dict[str, bytes], cut: int, after: bool) -> None:
        super().__init__()
        self._files = dict(files)
        self.left = cut
        self.after = after

    def _step(self, act: Any) -> None:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise CutError
        act()
        if self.left == 0:
            raise CutError

    def save(self, name: str, data: bytes) -> None:
        self._step(lambda: MemoryStore.save(self, name, data))

    def delete(self, name: str) -> None:
        self._step(lambda: MemoryStore.delete(self, name))


def test_the_power_goes_at_every_write(world: World) -> None:
    """From every state that a cut leaves, the next refresh arrives at the same end; what keys lost trust stays out."""
    before = store_of(world)
    updater(world, before).refresh()
    world.add_key("timestamp", ed25519())
    world.publish("root")
    lost = world.signers["timestamp"].pop(0)
    world.signed("root").revoke_key(lost.public_key.keyid, "timestamp")
    world.publish("root")
    world.add("lists/CN/main-8.rwl", LIST[::-1])
    world.publish_targets()
    whole = CutStore(before._files, 10**6, False)
    updater(world, whole).refresh()
    writes = 10**6 - whole.left
    assert writes >= 8, "two roots, two deletions, the state, timestamp, snapshot, targets"
    cuts = 0
    for cut in range(1, writes + 1):
        for after in (False, True):
            store = CutStore(before._files, cut, after)
            with pytest.raises(CutError):
                updater(world, store).refresh()
            rest = CutStore(store._files, 10**6, False)
            updater(world, rest).refresh()
            different = {name for name in whole._files if rest.load(name) != whole.load(name)}
            assert different <= {"state"}, "at most the time in it"
            cuts += 1
    print(f"{cuts} cuts")


def test_the_keeper_s_own_files_only(world: World) -> None:
    """Every single bit of every file: what is refreshed from damaged files is refused, or is the same as before."""
    store = store_of(world)
    updater(world, store).refresh()
    good = store._files
    for path in [path for path in world.files if not path.startswith("targets/")]:
        data = world.files[path]
        for at in range(0, len(data) * 8, 131):
            flipped = bytearray(data)
            flipped[at // 8] ^= 1 << at % 8
            world.files[path] = bytes(flipped)
            fresh = store_of(world)
            try:
                updater(world, fresh).refresh()
            except UpdateError:
                pass
            else:
                # A letter that no signature is over: the name of a key, white space, the unsigned frame.
                for name in ("timestamp.json", "snapshot.json", "targets.json"):
                    assert loads(fresh._files[name])["signed"] == loads(good[name])["signed"]
        world.files[path] = data


def test_download_checks_what_came(world: World) -> None:
    client = updater(world)
    target = client.target(PATH)
    assert target is not None
    for hashes in ({"sha256": "00" * 32}, {"md5": "00"}, {"sha512": "00" * 64, **target.hashes}):
        wrong = Target(PATH, target.length, hashes, {})
        world.files[f"targets/lists/CN/{next(iter(hashes.values()))}.main-7.rwl"] = LIST
        world.files[f"targets/lists/CN/{target.hashes['sha256']}.main-7.rwl"] = LIST
        with pytest.raises(MismatchError):
            client.download(wrong, Sink())
    with pytest.raises(TooBigError):
        client.download(Target(PATH, target.length - 1, target.hashes, {}), Sink())
    with pytest.raises(MismatchError):
        client.download(Target(PATH, target.length + 1, target.hashes, {}), Sink())


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUE)
def test_the_signed_form_is_securesystemslib_s(value: Any) -> None:
    assert signed_form(value) == encode_canonical(value).encode()
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=2)):
        assert loads(text.encode()) == value
