# SPDX-License-Identifier: Apache-2.0
"""The parts of the update client that need no signed metadata: names, patterns, transfers, stores, the clock."""

import os
import time

from ringwarden.civil import seconds
from ringwarden.update.clock import State, start_time
from ringwarden.update.errors import (
    ClockError,
    FetchError,
    FormatError,
    MismatchError,
    SlowError,
    StoreError,
    TooBigError,
)
from ringwarden.update.fetch import split_url
from ringwarden.update.metadata import parse
from ringwarden.update.names import metadata_file, quote, target_file
from ringwarden.update.patterns import bin_name, matches, path_hash
from ringwarden.update.store import FileStore, MemoryStore
from ringwarden.update.transfer import PIECE, Pace, pieces, whole
from ringwarden.update.trust import Hasher

MATCHES = (
    ("a", "a", True),
    ("a", "b", False),
    ("a", "A", False),
    ("", "", True),
    ("", "*", True),
    ("lists/CN/main.rwl", "lists/CN/*", True),
    ("lists/CN/main.rwl", "lists/*/main.rwl", True),
    ("lists/CN/main.rwl", "lists/*", False),
    ("lists/CN/main.rwl", "*", False),
    ("lists/CN/main.rwl", "lists/CN/*.rw?", True),
    ("lists/CN/main.rwd", "lists/CN/*.rwl", False),
    ("foo-1.tgz", "foo-?.tgz", True),
    ("foo-10.tgz", "foo-?.tgz", False),
    ("aXbXc", "a*b*c", True),
    ("abcbd", "a*b*d", True),
    ("abcbe", "a*b*d", False),
    ("a" * 200 + "b", "*a" * 20 + "*c", False),
    ("b7", "[a-c][0-9]", True),
    ("d7", "[a-c][0-9]", False),
    ("d7", "[!a-c]7", True),
    ("a]", "a[]]", True),
    ("a-", "a[x-]", True),
    ("a[", "a[", True),
    ("ab", "a[", False),
    ("\u4e2d\u6587", "?\u6587", True),
)

URLS = (
    ("http://a/b", (False, "a", 80, "/b")),
    ("http://a.example:8080", (False, "a.example", 8080, "/")),
    ("http://[::1]:80/x/y", (False, "[::1]", 80, "/x/y")),
    ("http://[::1]", (False, "[::1]", 80, "/")),
    ("https://a/b", (True, "a", 443, "/b")),
    ("https://a:80/b", (True, "a", 80, "/b")),
    ("ftp://a/b", None),
    ("a/b", None),
    ("http://", None),
    ("http://:80/", None),
    ("http://a:x/", None),
    ("http://a:99999/", None),
    ("http://a/b\r\nX: y", None),
    ("http://a/b c", None),
)


def raises(kind, call, *arguments) -> str:
    """The text of the error that the call must raise."""
    try:
        call(*arguments)
    except kind as error:
        return str(error)
    raise AssertionError("no {}".format(kind.__name__))


def test_patterns() -> None:
    for path, pattern, wanted in MATCHES:
        assert matches(path, pattern) is wanted, (path, pattern)


def test_hash_bins() -> None:
    digest = path_hash("lists/CN/main.rwl")
    assert len(digest) == 64
    first = int(digest[:8], 16)
    assert bin_name("lists/CN/main.rwl", "bin", 1) == "bin-" + str(first >> 31)
    assert bin_name("lists/CN/main.rwl", "bin", 8) == "bin-" + digest[:2]
    assert bin_name("lists/CN/main.rwl", "bin", 5) == "bin-{:02x}".format(first >> 27)
    assert bin_name("lists/CN/main.rwl", "bin", 32) == "bin-" + digest[:8]


def test_names() -> None:
    assert quote("a/b c?#%\u4e2d.-_~") == "a%2Fb%20c%3F%23%25%E4%B8%AD.-_~"
    assert metadata_file("../x") == "..%2Fx.json"
    assert target_file("lists/CN/main.rwl", "") == "lists/CN/main.rwl"
    assert target_file("lists/CN/main.rwl", "ab") == "lists/CN/ab.main.rwl"
    assert target_file("main", "ab") == "ab.main" and target_file("a b/c", "0") == "a%20b/0.c"


def test_addresses() -> None:
    for url, wanted in URLS:
        if wanted is None:
            raises(FetchError, split_url, url)
        else:
            assert split_url(url) == wanted, url


class Stream:
    """Hands out pieces; each takes `delay` microseconds of the clock."""

    def __init__(self, parts, clock, delay) -> None:
        self.parts = list(parts)
        self.clock = clock
        self.delay = delay
        self.closed = False

    def open(self, path):
        return self

    def read(self, most):
        self.clock.ticks += self.delay
        if not self.parts:
            return b""
        part = self.parts.pop(0)
        if isinstance(part, Exception):
            raise part
        assert len(part) <= most
        return part

    def close(self) -> None:
        self.closed = True


class Clock:
    ticks = 0
    now = 0

    def ticks_us(self) -> int:
        return self.ticks

    def epoch(self) -> int:
        return self.now


def transfer(parts, most, delay=0, grace=10, rate=100):
    clock = Clock()
    stream = Stream(parts, clock, delay)
    try:
        return whole(stream, "metadata/x", most, Pace(clock, grace, rate))
    finally:
        assert stream.closed


def test_transfers_are_held_to_length_and_pace() -> None:
    assert transfer([b"abc", b"de"], 5) == b"abcde"
    assert transfer([], 5) == b""
    assert "longer" in raises(TooBigError, transfer, [b"abc", b"def"], 5)
    assert len(transfer([b"x" * PIECE] * 8, 8 * PIECE, 1000000, 1, PIECE)) == 8 * PIECE
    assert "slowly" in raises(SlowError, transfer, [b"x"] * 100, 1000, 1000000)
    assert "slowly" in raises(SlowError, transfer, [b"x" * 50] * 100, 10000, 1000000)
    assert "broke off" in raises(FetchError, transfer, [b"abc", OSError(110)], 5)


def test_a_piece_is_handed_on_before_the_next_is_asked_for() -> None:
    clock = Clock()
    stream = Stream([b"a", b"b", FetchError("gone")], clock, 0)
    seen = []
    try:
        for piece in pieces(stream, "targets/x", 9, Pace(clock, 1, 1)):
            seen.append(piece)
    except FetchError:
        seen.append(b"!")
    assert seen == [b"a", b"b", b"!"] and stream.closed


def test_hashes() -> None:
    good = {
        "sha256": "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        "sha512": "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "blake9": "00",
    }
    for hashes in (good, {"sha256": good["sha256"]}, {"sha512": good["sha512"], "x": "y"}, {}):
        hasher = Hasher(hashes)
        hasher.update(b"a")
        hasher.update(b"bc")
        hasher.check("x", 3)
        hasher.check("x", -1)
        raises(MismatchError, hasher.check, "x", 4)
    for hashes in ({"x": "y"}, {"sha256": "00"}, {"sha256": good["sha256"], "sha512": "00"}):
        hasher = Hasher(hashes)
        hasher.update(b"abc")
        raises(MismatchError, hasher.check, "x", 3)


class CutError(Exception):
    """The power went."""


class CutStore(FileStore):
    """Loses power after so many bytes of a file, or before or after its rename."""

    cut = -1

    def _write(self, path: str, data: bytes) -> None:
        super()._write(path, data[: self.cut] if self.cut >= 0 else data)
        if 0 <= self.cut <= len(data):
            raise CutError

    def _settle(self) -> None:
        super()._settle()
        if self.cut > 0:
            raise CutError


def test_a_cut_at_any_byte_leaves_the_old_or_the_new() -> None:
    folder = "/tmp/ringwarden-store-{}".format(time.time_ns())
    os.mkdir(folder)
    old, new = b"old " * 20, b"new metadata " * 7
    try:
        for cut in range(len(new) + 2):
            FileStore(folder).save("root.json", old)
            store = CutStore(folder)
            store.cut = cut
            raises(CutError, store.save, "root.json", new)
            # one more than the length: the rename was done, and then the power went
            assert FileStore(folder).load("root.json") == (new if cut > len(new) else old)
        store = FileStore(folder)
        store.save("root.json", new)
        assert store.load("root.json") == new and store.load("other.json") is None
        store.delete("root.json")
        store.delete("root.json")
        assert store.load("root.json") is None
        raises(StoreError, FileStore(folder + "/missing").save, "root.json", old)
    finally:
        for name in os.listdir(folder):
            os.remove(folder + "/" + name)
        os.rmdir(folder)


def test_the_clock_never_runs_backwards() -> None:
    clock = Clock()
    assert "never set" in raises(ClockError, start_time, clock, 0, 0)
    clock.now = 1000000
    assert start_time(clock, 0, 100) == 1000000
    assert start_time(clock, 1000050, 100) == 1000050, "a little behind: the remembered time counts"
    assert "already" in raises(ClockError, start_time, clock, 1000101, 100)


def test_what_is_remembered() -> None:
    store = MemoryStore()
    state = State(store)
    assert state.time == 0 and state.keys == {}
    state.time = 1795543200
    state.keys = {"timestamp": ["a"], "snapshot": ["b", "c"]}
    state.save()
    again = State(store)
    assert again.time == 1795543200 and again.keys == state.keys
    for rubbish in (b"", b"x", b"[]", b'{"time":"x"}', b'{"time":1,"timestamp":3}', b"\xff"):
        store.save("state", rubbish)
        assert State(store).time in (0, 1)


FRAME = (
    '{{"signatures":[{}],"signed":{{"_type":"timestamp","expires":"{}","meta":{},"spec_version":"{}","version":{}}}}}'
)
SIGNED = '{"keyid":"a","sig":"00"}'
META = '{"snapshot.json":{"version":1}}'
WHEN = "2026-11-25T01:30:00Z"


def test_metadata_are_checked() -> None:
    metadata = parse(FRAME.format(SIGNED, WHEN, META, "1.0.31", 7).encode(), "timestamp", 9)
    assert metadata.version == 7 and metadata.expires == seconds(2026, 11, 25, 1, 30, 0)
    message = bytearray()
    metadata.feed(message.extend)
    assert bytes(message).startswith(b'{"_type":"timestamp","expires":') and message.endswith(b',"version":7}')
    for fields in (
        (SIGNED + "," + SIGNED, WHEN, META, "1.0.31", 7),  # one identifier twice
        ('{"keyid":"a"}', WHEN, META, "1.0.31", 7),
        ('{"keyid":1,"sig":"00"}', WHEN, META, "1.0.31", 7),
        (",".join(['{"keyid":"' + str(i) + '","sig":""}' for i in range(10)]), WHEN, META, "1.0.31", 7),
        (SIGNED, WHEN, META, "2.0.0", 7),
        (SIGNED, WHEN, META, "10.0", 7),
        (SIGNED, WHEN, META, "1.0.31", 0),
        (SIGNED, WHEN, META, "1.0.31", "true"),
        (SIGNED, WHEN, META, "1.0.31", '"7"'),
        (SIGNED, WHEN, META, "1.0.31", "7.0"),
        (SIGNED, WHEN, "{}", "1.0.31", 7),
        (SIGNED, WHEN, '{"snapshot.json":{"version":1},"x":{"version":1}}', "1.0.31", 7),
        (SIGNED, WHEN, '{"snapshot.json":{"version":0}}', "1.0.31", 7),
        (SIGNED, WHEN, '{"snapshot.json":{"version":1,"length":-1}}', "1.0.31", 7),
        (SIGNED, WHEN, '{"snapshot.json":{"version":1,"hashes":{}}}', "1.0.31", 7),
        (SIGNED, WHEN, '{"snapshot.json":{"version":1,"hashes":{"sha256":1}}}', "1.0.31", 7),
        (SIGNED, "2026-11-25T01:30:00", META, "1.0.31", 7),
        (SIGNED, "2026-11-25 01:30:00Z", META, "1.0.31", 7),
        (SIGNED, "2026-02-29T01:30:00Z", META, "1.0.31", 7),
        (SIGNED, "2026-11-25T24:30:00Z", META, "1.0.31", 7),
        (SIGNED, "2026-11-25T01:30:0xZ", META, "1.0.31", 7),
        (SIGNED, "-026-11-25T01:30:00Z", META, "1.0.31", 7),
    ):
        raises(FormatError, parse, FRAME.format(*fields).encode(), "timestamp", 9)
    for data in (b"", b"[]", b"{}", b'{"signed":{},"signatures":[]}', b'{"signed":[],"signatures":{}}'):
        raises(FormatError, parse, data, "timestamp", 9)
    raises(FormatError, parse, FRAME.format(SIGNED, WHEN, META, "1.0.31", 7).encode(), "snapshot", 9)
