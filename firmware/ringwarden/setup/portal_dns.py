# SPDX-License-Identifier: Apache-2.0
"""The name server of the set-up network: every name is the box (RFC 1035), so that a phone opens the set-up page."""

import asyncio
import socket

_A, _ANY, _IN = 1, 255, 1
_HEAD = 12
QUERY_MAX = 512
TICK_SECONDS = 0.02


def answer(query: bytes, address: str) -> "bytes | None":
    """The answer to one datagram, None when it is no query that a resolver sends. `address`: IPv4 in dots.

    A: the box, to be forgotten at once; any other type: there is no such record. The question comes back as it came.
    """
    if not _HEAD < len(query) <= QUERY_MAX or query[2] & 0xF8 or query[4:6] != b"\x00\x01":
        return None  # an answer, not a standard query, or not one question
    end = name_end(query, _HEAD)
    if end < 0 or len(query) < end + 4:
        return None
    kind, family = _u16(query, end), _u16(query, end + 2)
    found = family == _IN and kind in (_A, _ANY)
    head = query[:2] + bytes([0x84 | query[2] & 1, 0x00, 0, 1, 0, 1 if found else 0, 0, 0, 0, 0])
    body = query[_HEAD : end + 4]
    if found:
        body += b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04" + packed(address)
    return head + body


def name_end(data: bytes, at: int) -> int:
    """Behind the name that begins at `at`; -1 when it is cut, compressed or longer than 255 bytes."""
    begin = at
    while at < len(data):
        length = data[at]
        if length & 0xC0 or at - begin > 254:
            return -1
        at += 1 + length
        if not length:
            return at if at <= len(data) else -1
    return -1


def packed(address: str) -> bytes:
    """An IPv4 address as four bytes. ValueError when it is none."""
    parts = [int(part) for part in address.split(".")]
    if len(parts) != 4:
        raise ValueError(address)
    return bytes(parts)


def _u16(data: bytes, at: int) -> int:
    return data[at] << 8 | data[at + 1]


async def serve(address: str, own: str, port: int = 53) -> None:
    """Answer on `own`:`port` that every name is `address`, until cancelled. OSError when the port is in use."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        line.bind(socket.getaddrinfo(own, port)[0][-1])
        line.setblocking(False)
        while True:
            try:
                query, peer = line.recvfrom(QUERY_MAX + 1)
            except OSError:  # nothing came
                await asyncio.sleep(TICK_SECONDS)
                continue
            told = answer(query, address)
            if told:
                try:
                    line.sendto(told, peer)
                except OSError:
                    pass  # the asker asks again
            await asyncio.sleep(0)
    finally:
        line.close()
