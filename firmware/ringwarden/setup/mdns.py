# SPDX-License-Identifier: Apache-2.0
"""The box's name in the household's network: a small multicast DNS responder (RFC 6762) with one service (RFC 6763).

    ringwarden-4f2a.local            A      the box
    _ringwarden._tcp.local           PTR    Ringwarden 4F2A._ringwarden._tcp.local
    _http._tcp.local                 PTR    Ringwarden 4F2A._http._tcp.local
    Ringwarden 4F2A._http._tcp.local SRV    port and host; TXT: path=/

It answers and announces, says goodbye, but gives way to nobody: the name ends in the chip's own number. Two boxes with
the same end would both answer; `ringwarden flash` prints the name on the label, and set-up can change it.
"""

import asyncio
import socket

from ringwarden.setup.portal_dns import packed

GROUP, PORT = "224.0.0.251", 5353
TTL_HOST, TTL_OTHER, TTL_LEGACY = 120, 4500, 10  # seconds: RFC 6762, 10 and 6.7
SERVICES = (b"_ringwarden", b"_http")
DATAGRAM_MAX = 1500
TICK_SECONDS = 0.05

_A, _PTR, _TXT, _SRV, _ANY = 1, 12, 16, 33, 255
_IN, _FLUSH = 1, 0x8001
_BROWSE = (b"_services", b"_dns-sd", b"_udp", b"local")


class Responder:
    """What the box says about itself. `hostname` without ".local"; `name` for people."""

    def __init__(self, hostname: str, name: str, port: int = 80) -> None:
        self.host = (hostname.encode(), b"local")
        self.instance = name.encode()[:63]
        self.port = port
        self._legacy = False

    def answer(self, query: bytes, address: str, legacy: bool = False) -> bytes:
        """The answer to one datagram, b"" when it asks nothing that is ours, or is no query.

        `legacy`: for a resolver that knows no mDNS and asks from a port of its own. It gets its question back, and
        records that it soon forgets (RFC 6762, 6.7).
        """
        self._legacy = legacy
        records: "list[bytes]" = []
        extra: "list[bytes]" = []
        asked = questions(query)
        for name, kind in asked:
            mine, more = self._records(name, kind, address)
            records += [record for record in mine if record not in records]
            extra += more
        if not records:
            return b""
        more = [record for at, record in enumerate(extra) if record not in records and record not in extra[:at]]
        if not legacy:
            return message(records, more)
        repeated = [_name(name) + bytes([kind >> 8, kind & 255, 0, _IN]) for name, kind in asked]
        return message(records, more, query[:2], repeated)

    def announcement(self, address: str, goodbye: bool = False) -> bytes:
        """What the box says unasked when it comes, or when it leaves."""
        self._legacy = False
        ttl = 0 if goodbye else None
        records = [self._address(address, ttl)]
        for service in SERVICES:
            records += [self._pointer(service, ttl), self._where(service, ttl), self._text(service, ttl)]
        return message(records, [])

    def _records(self, name: "tuple[bytes, ...]", kind: int, address: str) -> "tuple[list[bytes], list[bytes]]":
        if _same(name, self.host) and kind in (_A, _ANY):
            return [self._address(address)], []
        if _same(name, _BROWSE) and kind in (_PTR, _ANY):
            return [self._record(_BROWSE, _PTR, _IN, TTL_OTHER, _name(_service(s))) for s in SERVICES], []
        for service in SERVICES:
            if _same(name, _service(service)) and kind in (_PTR, _ANY):
                return [self._pointer(service)], [self._where(service), self._text(service), self._address(address)]
            if _same(name, (self.instance,) + _service(service)):
                found = [self._where(service)] if kind in (_SRV, _ANY) else []
                found += [self._text(service)] if kind in (_TXT, _ANY) else []
                return found, [self._address(address)] if found else []
        return [], []

    def _address(self, address: str, ttl: "int | None" = None) -> bytes:
        return self._record(self.host, _A, _FLUSH, TTL_HOST if ttl is None else ttl, packed(address))

    def _pointer(self, service: bytes, ttl: "int | None" = None) -> bytes:
        target = _name((self.instance,) + _service(service))
        return self._record(_service(service), _PTR, _IN, TTL_OTHER if ttl is None else ttl, target)

    def _where(self, service: bytes, ttl: "int | None" = None) -> bytes:
        body = b"\x00\x00\x00\x00" + bytes([self.port >> 8, self.port & 255]) + _name(self.host)
        return self._record((self.instance,) + _service(service), _SRV, _FLUSH, TTL_HOST if ttl is None else ttl, body)

    def _text(self, service: bytes, ttl: "int | None" = None) -> bytes:
        name = (self.instance,) + _service(service)
        return self._record(name, _TXT, _FLUSH, TTL_OTHER if ttl is None else ttl, b"\x06path=/")

    def _record(self, name: "tuple[bytes, ...]", kind: int, family: int, ttl: int, body: bytes) -> bytes:
        if self._legacy:
            family, ttl = _IN, min(ttl, TTL_LEGACY)
        head = bytes([kind >> 8, kind & 255, family >> 8, family & 255, 0, 0, ttl >> 8, ttl & 255])
        return _name(name) + head + bytes([len(body) >> 8, len(body) & 255]) + body


def _service(service: bytes) -> "tuple[bytes, ...]":
    return (service, b"_tcp", b"local")


def _same(left: "tuple[bytes, ...]", right: "tuple[bytes, ...]") -> bool:
    """Names are equal without regard to case (RFC 6762, 16)."""
    return [part.lower() for part in left] == [part.lower() for part in right]


def _name(labels: "tuple[bytes, ...]") -> bytes:
    return b"".join([bytes([len(label)]) + label for label in labels]) + b"\x00"


def message(answers: "list[bytes]", extra: "list[bytes]", number: bytes = b"\x00\x00", asked=()) -> bytes:
    """An authoritative answer; only a legacy one has a number and questions."""
    head = number + b"\x84\x00" + bytes([0, len(asked), 0, len(answers), 0, 0, 0, len(extra)])
    return head + b"".join(asked) + b"".join(answers) + b"".join(extra)


def questions(query: bytes) -> "list[tuple[tuple[bytes, ...], int]]":
    """What a datagram asks: (labels, type); [] when it is damaged or no query. At most sixteen."""
    if len(query) < 12 or len(query) > DATAGRAM_MAX or query[2] & 0xF8:
        return []
    found: "list[tuple[tuple[bytes, ...], int]]" = []
    at = 12
    for _ in range(min(16, query[4] << 8 | query[5])):
        labels, at = _labels(query, at)
        if at < 0 or at + 4 > len(query):
            return []
        kind, family = query[at] << 8 | query[at + 1], query[at + 2] << 8 | query[at + 3]
        at += 4
        if family & 0x7FFF in (_IN, _ANY):
            found.append((labels, kind))
    return found


def _labels(data: bytes, at: int) -> "tuple[tuple[bytes, ...], int]":
    """A name, pointers followed backwards alone so that none runs in a circle; (…, -1) when it is damaged."""
    labels: "list[bytes]" = []
    after, total = -1, 0
    while at < len(data):
        length = data[at]
        if length & 0xC0 == 0xC0 and at + 1 < len(data):
            target = (length & 0x3F) << 8 | data[at + 1]
            after = at + 2 if after < 0 else after
            if target >= at:
                return (), -1
            at = target
        elif length & 0xC0:
            return (), -1
        elif not length:
            return tuple(labels), at + 1 if after < 0 else after
        else:
            total += length + 1
            if total > 254 or at + 1 + length > len(data):
                return (), -1
            labels.append(data[at + 1 : at + 1 + length])
            at += 1 + length
    return (), -1


async def serve(responder: Responder, address: str, group: str = GROUP, port: int = PORT) -> None:
    """Announce the box and answer for it at `address` until cancelled, then say goodbye. OSError without a network."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    everybody = socket.getaddrinfo(group, port)[0][-1]
    try:
        _listen(line, address, group, port)
        for pause in (0.0, 1.0):  # twice, a second apart: RFC 6762, 8.3
            await asyncio.sleep(pause)
            _send(line, responder.announcement(address), everybody)
        while True:
            try:
                query, peer = line.recvfrom(DATAGRAM_MAX + 1)
            except OSError:  # nothing came
                await asyncio.sleep(TICK_SECONDS)
                continue
            legacy = _port(peer) != port
            answer = responder.answer(query, address, legacy)
            if answer:
                _send(line, answer, peer if legacy else everybody)
            await asyncio.sleep(0)
    finally:
        _send(line, responder.announcement(address, True), everybody)
        line.close()


def _listen(line, address: str, group: str, port: int) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    line.bind(socket.getaddrinfo("0.0.0.0", port)[0][-1])
    # IPPROTO_IP is 0 everywhere, and MicroPython has no name for it.
    line.setsockopt(0, socket.IP_ADD_MEMBERSHIP, packed(group) + packed(address))
    if hasattr(socket, "IP_MULTICAST_IF"):  # a chip has one way out, a Raspberry Pi several
        line.setsockopt(0, socket.IP_MULTICAST_IF, packed(address))
    line.setblocking(False)


def _send(line, data: bytes, peer) -> None:
    try:
        line.sendto(data, peer)
    except OSError:
        pass  # the network is away; whoever asks, asks again


def _port(peer) -> int:
    """A peer's port; MicroPython's unix port gives addresses as bytes (sockaddr_in)."""
    if isinstance(peer, (bytes, bytearray)):
        return peer[2] << 8 | peer[3]
    return peer[1]
