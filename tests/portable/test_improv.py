# SPDX-License-Identifier: Apache-2.0
"""Improv over serial: every command, every error, frames among noise, and that set-up closes after use."""

import asyncio

from setup_kit import AIR, FIRST, Air, labelled_box

from ringwarden.setup import improv
from ringwarden.setup.improv import ERROR, RESULT, RPC, STATE, Frames, Improv, frame

INFO = ("Ringwarden", "0.1.0", "ESP32-C3", "MicroPython", "1.29.0")
NONE, INVALID, UNKNOWN, UNABLE, BAD_NAME, OTHER = [(ERROR, bytes([code])) for code in (0, 1, 2, 3, 5, 255)]
READY, JOINING, DONE, STOPPED = [(STATE, bytes([code])) for code in (2, 3, 4, 0)]


class Line:
    """A box and the frames it sent."""

    def __init__(self, air=None):
        self.setup, self.store = labelled_box()
        self.air = air or Air()
        self.sent = b""
        self.box = Improv(self.setup, self.air, INFO, self.send)

    def send(self, data):
        self.sent += data

    def take(self):
        sent, self.sent = self.sent, b""
        frames = Frames().feed(sent)
        assert all([data is not None for _, data in frames])
        assert b"".join([frame(kind, data) for kind, data in frames]) == sent
        return frames

    async def ask(self, command, content=b""):
        return await self.raw(frame(RPC, bytes([command, len(content)]) + content))

    async def raw(self, data):
        self.box.feed(data)
        while self.box._waiting:
            await self.box.step()
        return self.take()


def texts(answer):
    """The texts of the one RPC result among frames."""
    results = [data for kind, data in answer if kind == RESULT]
    assert len(results) == 1
    return split(results[0])[1]


def split(data):
    assert data[1] == len(data) - 2
    found, at = [], 2
    while at < len(data):
        found.append(str(data[at + 1 : at + 1 + data[at]], "utf-8"))
        at += 1 + data[at]
    assert at == len(data)
    return data[0], found


def wifi(ssid, password):
    return bytes([len(ssid)]) + ssid + bytes([len(password)]) + password


def test_frame_of_the_protocol():
    # The protocol's own example: SSID MyWirelessAP, password mysecurepassword.
    assert wifi(b"MyWirelessAP", b"mysecurepassword") == b"\x0cMyWirelessAP\x10mysecurepassword"
    assert frame(STATE, b"\x02") == b"IMPROV\x01\x01\x01\x02\xe2\n"
    assert sum(b"IMPROV\x01\x01\x01\x02") & 255 == 0xE2


def test_state_and_information():
    async def run():
        line = Line()
        assert await line.ask(improv.GET_STATE) == [NONE, READY]
        answer = await line.ask(improv.GET_INFO)
        assert answer[0] == NONE
        assert texts(answer) == ["Ringwarden", "0.1.0", "ESP32-C3", "Ringwarden 4F2A", "MicroPython", "1.29.0"]
        assert texts(await line.ask(improv.NETWORK_STATE)) == ["2"]

    asyncio.run(run())


def test_scan():
    async def run():
        line = Line()
        answer = await line.ask(improv.SCAN)
        told = [split(data)[1] for kind, data in answer if kind == RESULT]
        assert told == [
            ["Home", "-48", "YES"],
            ["\u5bb6\u91cc\u7684\u7f51", "-60", "YES"],
            ["Cafe", "-71", "NO"],
            [],
        ]
        line.air.air = []
        assert await line.ask(improv.SCAN) == [NONE, (RESULT, b"\x04\x00")]
        line.air.broken = True
        assert await line.ask(improv.SCAN) == [NONE, OTHER, READY]

    asyncio.run(run())


def test_provision_closes_set_up():
    async def run():
        line = Line()
        answer = await line.ask(improv.SEND_WIFI, wifi(b"Home", b"correct horse"))
        assert answer[:3] == [NONE, JOINING, DONE]
        assert texts(answer) == ["http://192.168.1.23/#K7PM-2QXH-9TRB"]
        assert not line.setup.open and line.setup.network() == (b"Home", "correct horse")
        assert FIRST not in str(line.store.document)

        answer = await line.ask(improv.GET_STATE)
        assert answer[:2] == [NONE, DONE] and texts(answer) == ["http://192.168.1.23/"]
        assert texts(await line.ask(improv.NETWORK_STATE)) == ["3", "http://192.168.1.23/"]
        before = dict(line.store.document)
        for command, content in (
            (improv.SEND_WIFI, wifi(b"Evil", b"12345678")),
            (improv.SCAN, b""),
            (improv.HOSTNAME, b"evil"),
            (improv.DEVICE_NAME, b"evil"),
        ):
            assert await line.ask(command, content) == [NONE, OTHER, DONE]
        assert line.store.document == before and len(line.air.asked) == 1
        assert texts(await line.ask(improv.HOSTNAME)) == ["ringwarden-4f2a"]
        line.air.now = ""  # the router is off: that opens nothing
        assert await line.ask(improv.GET_STATE) == [NONE, STOPPED]
        assert await line.ask(improv.SEND_WIFI, wifi(b"Evil", b"12345678")) == [NONE, OTHER, STOPPED]
        line.setup.reopen()
        assert await line.ask(improv.GET_STATE) == [NONE, READY]

    asyncio.run(run())


def test_wrong_password_leaves_set_up_open():
    async def run():
        line = Line()
        saves = line.store.saves
        answer = await line.ask(improv.SEND_WIFI, wifi(b"Home", b"wrong horse"))
        assert answer == [NONE, JOINING, UNABLE, READY]
        assert line.setup.open and line.store.saves == saves
        # What no radio would take is not tried.
        for ssid, word in ((b"", b"12345678"), (b"x" * 33, b"12345678"), (b"Home", b"short"), (b"Home", b"x" * 64)):
            assert await line.ask(improv.SEND_WIFI, wifi(ssid, word)) == [NONE, UNABLE, READY]
        assert len(line.air.asked) == 1

    asyncio.run(run())


def test_flash_that_fails_is_an_error_not_a_silence():
    async def run():
        line = Line()
        line.store.fails = True
        answer = await line.ask(improv.SEND_WIFI, wifi(b"Home", b"correct horse"))
        assert answer == [NONE, JOINING, OTHER, READY]
        assert line.setup.open and line.setup.first == FIRST
        line.store.fails = False
        assert texts(await line.ask(improv.SEND_WIFI, wifi(b"Home", b"correct horse")))

    asyncio.run(run())


def test_malformed_commands():
    async def run():
        line = Line()
        for data in (b"", b"\x01", b"\x02\x01", b"\x02\x00\x00", b"\x01\x05\x01", b"\x02\x01x", b"\x04\x01x"):
            assert await line.raw(frame(RPC, data)) == [INVALID], data
        for content in (b"", b"\x00", b"\x05Home", b"\x04Home", b"\x04Home\x02x", b"\x04Home\x00x", b"\xff" * 9):
            assert (await line.ask(improv.SEND_WIFI, content))[-1] == INVALID, content
        for command in (0, 8, 0x41, 255):
            assert await line.ask(command) == [UNKNOWN]
        # States and results are the box's own to send: an echo must not be answered, or two boxes talk for ever.
        for kind in (0, STATE, ERROR, RESULT, 5, 255):
            assert await line.raw(frame(kind, b"\x02\x00")) == []
        assert line.setup.open and not line.air.asked

    asyncio.run(run())


def test_names():
    async def run():
        line = Line()
        assert texts(await line.ask(improv.HOSTNAME)) == ["ringwarden-4f2a"]
        assert texts(await line.ask(improv.HOSTNAME, b"Hall-1")) == ["hall-1"]
        for bad in (b"-a", b"a-", b"a.b", b"a b", b"a_b", b"\xff", b"a\n", b"x" * 64, "\u5bb6".encode()):
            assert await line.ask(improv.HOSTNAME, bad) == [NONE, BAD_NAME], bad
        assert line.setup.hostname == "hall-1"
        name = "\u5ba2\u5385\u7684\u7535\u8bdd"
        assert texts(await line.ask(improv.DEVICE_NAME, name.encode())) == [name]
        assert texts(await line.ask(improv.GET_INFO))[3] == name
        assert texts(await line.ask(improv.DEVICE_NAME, b"a\x1b[2J\xe2\x80\xaeb")) == ["a [2J b"]
        assert await line.ask(improv.DEVICE_NAME, b"\x00\x07 ") == [NONE, INVALID]
        assert await line.ask(improv.DEVICE_NAME, b"\xff") == [NONE, INVALID]
        long = texts(await line.ask(improv.DEVICE_NAME, ("\u5bb6" * 80).encode()))[0]
        assert long == "\u5bb6" * 16 and len(texts(await line.ask(improv.GET_INFO))) == 6

    asyncio.run(run())


def test_every_byte_flipped_once():
    """A garbled frame is never obeyed, and the next one is."""

    async def run():
        good = frame(RPC, bytes([1, 19]) + wifi(b"Home", b"correct horse"))[:-1]
        for at in range(len(good)):
            for mask in (0x01, 0x10, 0x80, 0xFF):
                line = Line()
                bad = bytearray(good)
                bad[at] ^= mask
                first = await line.raw(bytes(bad) + b"\n")
                assert JOINING not in first and not line.air.asked
                if line.box._frames.partial:
                    line.box._take(line.box._frames.give_up())
                answer = first + await line.ask(improv.GET_STATE)
                # A length that grew swallows what follows, until the pause that ends it.
                while line.box._frames.partial:
                    line.box._take(line.box._frames.give_up())
                    answer += await line.raw(b"")
                assert answer[-2:] == [NONE, READY], (at, mask, answer)

    asyncio.run(run())


def test_frames_among_noise_and_in_pieces():
    async def run():
        request = frame(RPC, bytes([improv.GET_STATE, 0]))
        noises = (b"", b"boot:0x13 (SPI)\r\n", b"IMPR", b"IMPROV", b"IIMPROVIMPROV\x01", b"\x00\xff" * 40)
        for noise in noises + (b"IMPROV\x02\x03\x00",):
            line = Line()
            answer = []
            for byte in noise + request:
                answer += await line.raw(bytes([byte]))
            while line.box._frames.partial:
                line.box._take(line.box._frames.give_up())
                answer += await line.raw(b"")
            assert answer[-2:] == [NONE, READY], noise
        line = Line()
        for _ in range(64):
            assert await line.raw(b"IMPROV!!" * 128) == []
        assert await line.raw(request * 3) == [NONE, READY] * 3
        assert len(line.box._frames._held) < 10

    asyncio.run(run())


def test_silence_ends_a_frame():
    async def run():
        line = Line()
        task = asyncio.create_task(line.box.run())
        line.box.feed(b"IMPROV\x01\x03\xff" + frame(RPC, bytes([improv.GET_STATE, 0])))
        await asyncio.sleep(0.1)
        assert line.sent == b""
        await asyncio.sleep(0.8)
        task.cancel()
        assert line.take() == [INVALID, NONE, READY]

    asyncio.run(run())


def test_a_flood_is_dropped_and_counted():
    async def run():
        line = Line()
        line.box.feed(frame(RPC, bytes([improv.GET_INFO, 0])) * 50)
        while line.box._waiting:
            await line.box.step()
        assert len([kind for kind, _ in line.take() if kind == RESULT]) == improv.WAITING_MAX
        assert line.box.dropped == 50 - improv.WAITING_MAX

    asyncio.run(run())


def test_state_is_told_while_joining():
    async def run():
        line = Line()
        line.air.gate = asyncio.Event()
        task = asyncio.create_task(line.box.run())
        line.box.feed(frame(RPC, bytes([1, 19]) + wifi(b"Home", b"correct horse")))
        await asyncio.sleep(0.01)
        assert line.take() == [NONE, JOINING]
        line.box.feed(frame(RPC, bytes([improv.GET_STATE, 0])))
        await asyncio.sleep(0.01)
        assert line.take() == [JOINING]
        line.air.gate.set()
        await asyncio.sleep(0.05)
        task.cancel()
        assert line.take()[0] == DONE

    asyncio.run(run())


def test_hostile_networks_are_shown_and_joined_as_themselves():
    async def run():
        tricky = b"Home\xe2\x80\x8b"  # a zero-width space behind the household's own name
        gbk = b"\xbc\xd2"
        line = Line(Air([(tricky, -20, False), (gbk, -30, True)] + AIR, {gbk: "12345678", b"Home": "correct horse"}))
        answer = await line.ask(improv.SCAN)
        told = [split(data)[1] for kind, data in answer if kind == RESULT]
        assert told[0][0] == "Home\\u200b" and told[1][0] == "\\xbc\\xd2" and told[2][0] == "Home"
        await line.ask(improv.SEND_WIFI, wifi(b"\\xbc\\xd2", b"12345678"))
        assert line.air.asked == [(gbk, "12345678")]

    asyncio.run(run())
