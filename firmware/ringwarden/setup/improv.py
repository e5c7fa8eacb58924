# SPDX-License-Identifier: Apache-2.0
"""Improv Wi-Fi over the serial line: a browser or a phone with a cable gives the box its network.

The protocol is that of improv-wifi.com, "Improv via Serial", version 1, every command of it. A frame:

    "IMPROV" | version 1 | type | length n | n bytes | sum of all bytes before it, modulo 256        (then a line feed)

`Improv.feed(data)` takes what comes in, frames among anything else; `Improv.run()` answers. A garbled frame costs
itself alone: the search goes on behind its first byte.
"""

import asyncio

from ringwarden.setup import networks
from ringwarden.setup.state import BadHostname, BadName

HEADER = b"IMPROV\x01"
OVERHEAD = 10  # header 7, type, length, checksum
STATE, ERROR, RPC, RESULT = 1, 2, 3, 4

STOPPED, READY, PROVISIONING, PROVISIONED = 0, 2, 3, 4

NO_ERROR = 0x00
INVALID_RPC = 0x01
UNKNOWN_RPC = 0x02
UNABLE_TO_CONNECT = 0x03
BAD_HOSTNAME = 0x05
UNKNOWN_ERROR = 0xFF

SEND_WIFI = 1
GET_STATE = 2
GET_INFO = 3
SCAN = 4
HOSTNAME = 5
DEVICE_NAME = 6
NETWORK_STATE = 7

_ONLINE, _SUPPORTS_WIFI = 1, 2

JOIN_SECONDS = 25  # clients give up after 30
SILENCE_SECONDS = 0.5  # the rest of a frame that takes longer does not come
WAITING_MAX = 4


def frame(kind: int, data: bytes) -> bytes:
    """A frame of at most 255 bytes of data, with the line feed by which readers of lines find their beginning."""
    head = HEADER + bytes([kind, len(data)]) + data
    return head + bytes([sum(head) & 0xFF, 0x0A])


def result(command: int, texts: "list[str]") -> bytes:
    """An RPC result; a text that no longer fits is cut at a character."""
    body = b""
    for text in texts:
        raw = _cut(text, 253 - 1 - len(body))
        body += bytes([len(raw)]) + raw
    return frame(RESULT, bytes([command, len(body)]) + body)


def _cut(text: str, room: int) -> bytes:
    raw = text.encode()
    while len(raw) > room:
        text = text[:-1]
        raw = text.encode()
    return raw


class Frames:
    """Finds frames in a stream of anything."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> "list[tuple[int, bytes | None]]":
        """The frames that end in `data`: (type, data), or (type, None) when the checksum is wrong."""
        held = self._held + data
        found: "list[tuple[int, bytes | None]]" = []
        at = 0
        while True:
            at = _candidate(held, at)
            if len(held) - at < OVERHEAD - 1:
                break
            end = at + OVERHEAD + held[at + 8]
            if len(held) < end:
                break
            if sum(held[at : end - 1]) & 0xFF == held[end - 1]:
                found.append((held[at + 7], held[at + 9 : end - 1]))
                at = end
            else:
                found.append((held[at + 7], None))
                at += 1
        self._held = held[at:]
        return found

    @property
    def partial(self) -> bool:
        """Whether the beginning of a frame waits for its rest."""
        return bool(self._held)

    def give_up(self) -> "list[tuple[int, bytes | None]]":
        """The rest does not come: what stands behind the beginning is searched once more."""
        held, self._held = self._held, b""
        lost: "list[tuple[int, bytes | None]]" = []
        if len(held) >= OVERHEAD - 1:
            lost.append((held[7], None))
        return lost + self.feed(held[1:])


def _candidate(held: bytes, at: int) -> int:
    """Where from `at` on a header begins, whole or cut off by the end; the length when nowhere."""
    while True:
        at = held.find(b"I", at)
        if at < 0:
            return len(held)
        there = held[at : at + len(HEADER)]
        if HEADER.startswith(there):
            return at
        at += 1


class Improv:
    """One serial line's conversation. `info` are the texts of the device information without the device's name:

    (firmware, version, chip, operating system, its version). `send(bytes)` takes everything at once.
    """

    def __init__(self, setup, wifi, info: "tuple[str, str, str, str, str]", send) -> None:
        self.setup = setup
        self.wifi = wifi
        self.info = info
        self.send = send
        self.joining = False
        self.dropped = 0  # commands that came faster than they could be answered
        self._frames = Frames()
        self._waiting: "list[bytes | None]" = []
        self._wake = asyncio.Event()
        self._seen: "list[networks.Network]" = []

    def feed(self, data: bytes) -> None:
        """Take bytes of the line; what they ask is answered by `run`."""
        self._take(self._frames.feed(data))
        self._wake.set()

    def _take(self, frames: "list[tuple[int, bytes | None]]") -> None:
        for kind, data in frames:
            if kind != RPC:
                continue  # states and results are ours to send: an echo, or another box on the line
            if self.joining and data == bytes([GET_STATE, 0]):
                self.send(frame(STATE, bytes([PROVISIONING])))
            elif len(self._waiting) < WAITING_MAX:
                self._waiting.append(data)
            else:
                self.dropped += 1

    async def run(self) -> None:
        """Answer until cancelled."""
        while True:
            await self.step()

    async def step(self) -> None:
        """Answer what waits, or wait until something does."""
        if self._waiting:
            await self.answer(self._waiting.pop(0))
            return
        self._wake.clear()
        try:
            await asyncio.wait_for(self._wake.wait(), SILENCE_SECONDS if self._frames.partial else 3600)
        except asyncio.TimeoutError:
            self._take(self._frames.give_up())

    def state(self) -> int:
        """The protocol's current state."""
        if self.joining:
            return PROVISIONING
        if self.setup.open:
            return READY
        return PROVISIONED if self.wifi.address() else STOPPED

    async def answer(self, data: "bytes | None") -> None:
        """Answer one RPC command; None stands for one that came garbled."""
        if data is None or len(data) < 2 or data[1] != len(data) - 2:
            self._error(INVALID_RPC)
            return
        command, content = data[0], data[2:]
        handler = _HANDLERS.get(command)
        if not handler:
            self._error(UNKNOWN_RPC)
            return
        if content and command not in _WITH_CONTENT:
            self._error(INVALID_RPC)
            return
        self._error(NO_ERROR)
        try:
            await handler(self, content)
        except OSError:  # the radio, or the flash: the line must stay answered
            self._error(UNKNOWN_ERROR)
            self._state()

    def _error(self, code: int) -> None:
        self.send(frame(ERROR, bytes([code])))

    def _state(self) -> None:
        self.send(frame(STATE, bytes([self.state()])))

    def _refused(self) -> bool:
        """Whether set-up is over: nobody changes the box by its cable then, without the button."""
        if self.setup.open:
            return False
        self._error(UNKNOWN_ERROR)
        self._state()
        return True

    async def _send_wifi(self, content: bytes) -> None:
        parts = _two_texts(content)
        if not parts:
            self._error(INVALID_RPC)
            return
        if self._refused():
            return
        ssid, password = networks.meant(parts[0], self._seen), parts[1]
        if not networks.acceptable(ssid, password):
            self._error(UNABLE_TO_CONNECT)
            self._state()
            return
        self.joining = True
        self._state()
        try:
            joined = await self.wifi.join(ssid, str(password, "utf-8"), JOIN_SECONDS)
        finally:
            self.joining = False
        if not joined:
            self._error(UNABLE_TO_CONNECT)
            self._state()
            return
        first = self.setup.first
        self.setup.close(ssid, str(password, "utf-8"))
        self._state()
        self.send(result(SEND_WIFI, [self.setup.link(self.wifi.address(), first)]))

    async def _get_state(self, content: bytes) -> None:
        self._state()
        if self.state() == PROVISIONED:
            self.send(result(GET_STATE, [self.setup.link(self.wifi.address())]))

    async def _get_info(self, content: bytes) -> None:
        firmware, version, chip, system, system_version = self.info
        self.send(result(GET_INFO, [firmware, version, chip, self.setup.name, system, system_version]))

    async def _scan(self, content: bytes) -> None:
        if self._refused():
            return
        self._seen = networks.tidy(await self.wifi.scan())
        for network in self._seen:
            self.send(result(SCAN, [network.shown, str(network.dbm), "YES" if network.secured else "NO"]))
        self.send(result(SCAN, []))

    async def _hostname(self, content: bytes) -> None:
        if content:
            if self._refused():
                return
            try:
                self.setup.set_hostname(content)
            except BadHostname:
                self._error(BAD_HOSTNAME)
                return
        self.send(result(HOSTNAME, [self.setup.hostname]))

    async def _device_name(self, content: bytes) -> None:
        if content:
            if self._refused():
                return
            try:
                self.setup.set_name(content)
            except BadName:
                self._error(INVALID_RPC)
                return
        self.send(result(DEVICE_NAME, [self.setup.name]))

    async def _network_state(self, content: bytes) -> None:
        address = self.wifi.address()
        flags = _SUPPORTS_WIFI | (_ONLINE if address else 0)
        self.send(result(NETWORK_STATE, [str(flags)] + ([self.setup.link(address)] if address else [])))


_HANDLERS = {
    SEND_WIFI: Improv._send_wifi,
    GET_STATE: Improv._get_state,
    GET_INFO: Improv._get_info,
    SCAN: Improv._scan,
    HOSTNAME: Improv._hostname,
    DEVICE_NAME: Improv._device_name,
    NETWORK_STATE: Improv._network_state,
}
_WITH_CONTENT = (SEND_WIFI, HOSTNAME, DEVICE_NAME)


def _two_texts(content: bytes) -> "tuple[bytes, bytes] | None":
    """A name and a password, each behind its length, and nothing else; None for anything that is not that."""
    if not content or len(content) < content[0] + 2:
        return None
    first, rest = content[1 : 1 + content[0]], content[1 + content[0] :]
    if rest[0] != len(rest) - 1:
        return None
    return first, rest[1:]
