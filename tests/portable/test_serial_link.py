# SPDX-License-Identifier: Apache-2.0
"""The serial link's own parts: frames, the one port's languages, messages over a line that loses and spoils."""

import time

from ringwarden.faces.serial import frame
from ringwarden.faces.serial.demux import BROKEN, CONSOLE, FRAME, IMPROV, Demultiplexer
from ringwarden.faces.serial.fetcher import LinkFetcher
from ringwarden.faces.serial.frame import ACK, DATA, Frame
from ringwarden.faces.serial.link import Link
from ringwarden.faces.serial.messages import (
    ASK,
    END,
    FAILED,
    MISSING,
    PIECE,
    STOP,
    pack,
    pack_json,
    unpack,
    unpack_json,
)
from ringwarden.update.errors import FetchError, NotFound

# The example of docs/FORMATS.md.
EXAMPLE = bytes([0, 5, 3, 1, 2, 2, 2, 7, 3, 8, 3, 8, 82, 87, 33, 104, 223, 31, 2, 0])
PACKETS = (b"IMPROV\x01\x03\x02\x02\x00\xe5", b"IMPROV\x01\x01\x01\x02\xe2", b"IMPROV\x01\x04\x00\x00")


def noise(seed: int, length: int) -> bytes:
    """Bytes of a small generator, the same on every interpreter."""
    out = bytearray()
    for _ in range(length):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(seed >> 16 & 0xFF)
    return bytes(out)


CONTENTS = [b"", b"\x00", b"\x00\x00", b"a", b"a\x00", b"\x00a"]
CONTENTS += [b"x" * n for n in (253, 254, 255, 508, 509, 1032)]
CONTENTS += [b"x" * n + b"\x00" for n in (253, 254, 255, 508)] + [bytes(1032), noise(1, 1032), b"\x01" * 1032]


def test_stuffing() -> None:
    for data in CONTENTS:
        stuffed = frame.stuff(data)
        assert 0 not in stuffed and frame.unstuff(stuffed) == data
        assert len(stuffed) <= len(data) + 2 + len(data) // 254
    for junk in (b"\x00", b"\x05ab", b"\x02a\x09"):
        assert frame.unstuff(junk) is None


def same(one: Frame, other: Frame) -> bool:
    return one.encode() == other.encode()


def test_frames() -> None:
    for payload in CONTENTS:
        sent = Frame(DATA, 65535, 513, 0, 4, payload)
        wire = sent.encode()
        got = frame.decode(wire[1:-1])
        assert got is not None and same(got, sent) and got.payload == payload and len(wire) <= frame.LONGEST + 2
    assert frame.decode(Frame(DATA, 1, 1, 1, 1, bytes(1033)).encode()[1:-1]) is None
    assert frame.decode(Frame(9, 1, 1, 1, 1, b"").encode()[1:-1]) is None
    assert frame.decode(b"") is None and frame.decode(b"\x01") is None


def test_example() -> None:
    got = frame.decode(EXAMPLE[1:-1])
    assert got is not None and EXAMPLE == got.encode() and got.payload == b"RW!"
    assert (got.kind, got.session, got.sequence, got.acknowledge, got.window) == (DATA, 0x0201, 2, 7, 8)


class Heard:
    """A demultiplexer and what it gave."""

    def __init__(self) -> None:
        self.demux = Demultiplexer()
        self.frames: list = []
        self.packets: list = []
        self.broken: list = []
        self.text = b""
        self.demux.register(FRAME, self.frames.append)
        self.demux.register(IMPROV, self.packets.append)
        self.demux.register(BROKEN, self.broken.append)
        self.demux.register(CONSOLE, self.console)

    def console(self, data: bytes) -> None:
        self.text += data


def test_every_language_in_pieces_of_every_size() -> None:
    frames = [Frame(DATA, 1, n, 0, 4, noise(n, 40 * n)) for n in range(4)]
    wire = b">>> " + frames[0].encode() + PACKETS[0] + b"\nIMP" + frames[1].encode() + frames[2].encode()
    wire += PACKETS[1] + PACKETS[2] + b"\x03IM" + frames[3].encode() + b"IMPROVE"[:4] + b"\r\n"
    for size in (1, 2, 3, 7, 64, 1000):
        heard = Heard()
        for at in range(0, len(wire), size):
            heard.demux.feed(wire[at : at + size])
        assert len(heard.frames) == 4 and all(same(heard.frames[n], frames[n]) for n in range(4))
        assert heard.packets == list(PACKETS) and not heard.broken
        assert heard.text == b">>> \nIMP\x03IMIMPR\r\n"


def test_every_byte_wrong_once() -> None:
    """One byte of noise costs the frame that it hits, and no other; what arrives is what was sent."""
    frames = [Frame(DATA, 7, n, 0, 4, noise(n, 30)) for n in range(3)]
    wires = [item.encode() for item in frames]
    wire = b"".join(wires)
    for at in range(len(wire)):
        for flip in (0x01, 0x80, 0xFF, wire[at]):
            if flip == 0:
                continue
            heard = Heard()
            heard.demux.feed(wire[:at] + bytes([wire[at] ^ flip]) + wire[at + 1 :])
            hit = 0
            while at >= len(b"".join(wires[: hit + 1])):
                hit += 1
            got = [item.sequence for item in heard.frames]
            assert [n for n in range(3) if n != hit] == [n for n in got if n != hit], (at, flip, got)
            assert all(same(item, frames[item.sequence]) for item in heard.frames)


def test_a_stray_zero_hides_nothing() -> None:
    heard = Heard()
    heard.demux.feed(b"\x00" + PACKETS[0])
    assert heard.packets == [PACKETS[0]]
    heard.demux.feed(b"\x00" + b"typed")
    heard.demux.quiet()
    heard.demux.feed(b"typed again\r")
    assert heard.text == b"typed again\r" and heard.broken == [b"typed"]
    heard.demux.feed(b"I")
    heard.demux.quiet()
    assert heard.text == b"typed again\rI"
    heard.demux.feed(b"\x00" + b"z" * 3000 + Frame(ACK, 1, 0, 0, 1, b"").encode())
    assert len(heard.frames) == 1


class Line:
    """Two links and the wire between them; `spoil(number, bytes) -> bytes` stands in the way of every write."""

    def __init__(self, window: int = 4, spoil=None) -> None:
        self.now = 0
        self.writes = 0
        self.spoil = spoil
        self.host = Link(self.ticks, 8, 1 << 16)
        self.box = Link(self.ticks, window)
        self.ends = []
        for link in (self.host, self.box):
            demux = Demultiplexer()
            demux.register(FRAME, link.take)
            demux.register(BROKEN, link.broken)
            self.ends.append(demux)

    def ticks(self) -> int:
        return self.now

    def step(self) -> None:
        """Both say what they have to say; 50 ms pass."""
        for sender, receiver in ((self.host, self.ends[1]), (self.box, self.ends[0])):
            wire = sender.output()
            if wire:
                receiver.feed(self.spoil(self.writes, wire) if self.spoil else wire)
                self.writes += 1
        self.now += 50

    def talk(self, messages: list, replies: list) -> int:
        """Everything gets across, in order and once; the number of writes."""
        self.host.dial(77)
        got: list = []
        back: list = []
        waiting = list(messages)
        sent = False
        for _ in range(4000):
            self.step()
            if self.host.opened and waiting:
                self.host.send(waiting.pop(0))
            if self.box.opened and not sent:
                sent = True
                for reply in replies:
                    self.box.send(reply)
            message = self.box.receive()
            if message is not None:
                got.append(message)
            message = self.host.receive()
            if message is not None:
                back.append(message)
            if got == messages and back == replies:
                return self.writes
        raise AssertionError((len(got), len(back)))


MESSAGES = [noise(n, 100 * n) for n in range(12)]
REPLIES = [noise(40, 3000), b"", b"short"]


def test_messages() -> None:
    for window in (1, 2, 4, 8):
        line = Line(window)
        line.talk(MESSAGES, REPLIES)
        assert line.host.resent == 0 and line.box.resent == 0


def once(victim: int, way):
    """Spoil one write."""
    return lambda number, wire: way(wire) if number == victim else wire


def often(rolls: bytes):
    """Spoil a byte of about every fourth write."""
    return lambda number, wire: wire[:7] + b"?" + wire[8:] if rolls[number % len(rolls)] < 60 else wire


def test_every_write_lost_or_spoilt_once() -> None:
    total = Line().talk(MESSAGES, REPLIES)
    assert total > 20
    ways = (
        lambda wire: b"",
        lambda wire: wire + wire,
        lambda wire: wire[: len(wire) // 2],
        lambda wire: wire[len(wire) // 2 :],
        lambda wire: wire[:5] + bytes([wire[5] ^ 0x10]) + wire[6:],
        lambda wire: b"panic: \x00\x01" + wire,
    )
    for victim in range(total):
        for way in ways:
            Line(4, once(victim, way)).talk(MESSAGES, REPLIES)


def test_a_line_that_spoils_often() -> None:
    for seed in range(8):
        rolls = noise(seed, 4000)
        line = Line(4, often(rolls))
        line.talk(MESSAGES, REPLIES)
        assert line.host.resent


def test_sequence_numbers_wrap() -> None:
    line = Line()
    line.host.dial(3)
    for _ in range(4):
        line.step()
    assert line.host.opened
    line.host._first = line.box._expected = line.box._first = line.host._expected = 65534
    for n in range(6):
        line.host.send(bytes([n]))
        line.box.send(bytes([n]))
    got: list = []
    back: list = []
    for _ in range(40):
        line.step()
        got.append(line.box.receive())
        back.append(line.host.receive())
    assert [item for item in got if item] == [bytes([n]) for n in range(6)] == [item for item in back if item]


def test_a_full_box_is_not_overrun() -> None:
    """A box that reads nothing gets its window and no more; when it reads, the rest comes."""
    line = Line(3)
    line.host.dial(5)
    for n in range(9):
        line.host.send(bytes([n]))
    for _ in range(200):
        line.step()
        assert len(line.box._inbox) <= 3
    got = []
    for _ in range(200):
        line.step()
        message = line.box.receive()
        if message is not None:
            got.append(message[0])
    assert got == list(range(9))


def test_too_long_a_message_ends_the_session() -> None:
    line = Line()
    line.host.dial(5)
    line.step()
    line.step()
    line.host.send(bytes(9000))
    for _ in range(20):
        line.step()
    assert not line.box.opened and not line.host.opened and line.box.receive() is None


def test_a_box_that_started_again_says_so() -> None:
    line = Line()
    line.host.dial(5)
    line.step()
    line.step()
    assert line.host.opened
    line.box.opened = False
    line.host.send(b"are you there?")
    line.step()
    line.step()
    assert not line.host.opened
    line.host.dial(6)
    for _ in range(12):
        line.step()
    assert line.host.opened and line.box.session == 6


def test_messages_are_read_strictly() -> None:
    assert unpack(pack(PIECE, 65535, 70000, b"x")) == (PIECE, 65535, 70000, b"x")
    assert unpack(b"\x01\x00\x00") is None and unpack(pack(99, 1)) is None
    found = unpack(pack_json(1, 2, {"name": "hello", "a": [1, "\u4e2d"]}))
    assert found is not None and unpack_json(found[3]) == {"name": "hello", "a": [1, "\u4e2d"]}
    for junk in (b"", b"7", b"{", b"[]", b'{"a":1,"a":2}', b"\xff", b"[" * 5000):
        assert unpack_json(junk) is None


class Host:
    """Answers a fetcher from files in memory, piece by piece; `away` forgets all."""

    def __init__(self, files: dict) -> None:
        self.files = files
        self.now = 0
        self.fetcher = LinkFetcher(self.pump, self.ticks, 500)
        self.sending: "tuple | None" = None
        self.silent = False

    def ticks(self) -> int:
        return self.now

    def away(self) -> None:
        self.sending = None
        self.fetcher.again()

    def pump(self) -> None:
        self.now += 10
        while self.fetcher.outbox:
            kind, number, offset, data = unpack(self.fetcher.outbox.pop(0)) or (0, 0, 0, b"")
            self.sending = (number, offset, data.decode()) if kind == ASK else None
            assert kind in (ASK, STOP)
        if self.sending is None or self.silent or not self.fetcher.ready:
            return
        number, offset, path = self.sending
        if path not in self.files:
            self.fetcher.deliver(FAILED, number, MISSING, b"")
            return
        piece = self.files[path][offset : offset + 100]
        self.sending = (number, offset + len(piece), path)
        self.fetcher.deliver(PIECE if piece else END, number, offset, piece)
        self.fetcher.deliver(PIECE, number, offset, piece)  # once more: it must not count
        self.fetcher.deliver(PIECE, number - 1, offset + len(piece), b"of the file before")


def test_files_from_the_host() -> None:
    host = Host({"metadata/a": noise(3, 950), "targets/empty": b""})
    for most in (1, 64, 100, 1024):
        stream = host.fetcher.open("metadata/a")
        got = []
        piece = stream.read(most)
        while piece:
            assert len(piece) <= most
            got.append(piece)
            if len(got) % 3 == 0:
                host.away()
            piece = stream.read(most)
        stream.close()
        assert b"".join(got) == host.files["metadata/a"]
    assert host.fetcher.open("targets/empty").read(9) == b""
    for path, silent, kind in (("metadata/b", False, NotFound), ("metadata/a", True, FetchError)):
        host.silent = silent
        try:
            host.fetcher.open(path)
            raise AssertionError(path)
        except FetchError as error:
            assert isinstance(error, kind) and path in str(error)


def test_time_only_goes_forward() -> None:
    from ringwarden.faces.serial.face import Milliseconds

    clock = Milliseconds()
    first = clock()
    time.sleep(0.02)
    assert 10 <= clock() - first < 5000
