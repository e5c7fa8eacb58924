# SPDX-License-Identifier: Apache-2.0
"""Serves a microdot application to a home network with limits that microdot leaves to others.

Time to send a request, its size, time to take an answer and the number of connections are bounded, because a box with
300 KB of memory meets port scanners and sleeping phones. Requests carry no body: the page only reads.
"""

import asyncio

from microdot import Microdot
from microdot.microdot import AsyncBytesIO, Request

HEAD_MAX = 4096  # bytes of request line and headers together
HEAD_SECONDS = 10
WRITE_SECONDS = 20
CONNECTIONS_MAX = 16

_BUSY = b"HTTP/1.0 503 Busy\r\nContent-Length: 0\r\nRetry-After: 5\r\n\r\n"
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class _Server:
    """The connections of one listening socket."""

    def __init__(self, app: Microdot) -> None:
        self.app = app
        self.open = 0

    async def connected(self, reader, writer) -> None:
        """One connection, one request (HTTP/1.0, closed by us)."""
        self.open += 1
        try:
            await self._serve(reader, writer)
            await _hang_up(writer)
        except asyncio.CancelledError:
            # The program ends: wait for nobody. Passed on, asyncio of CPython 3.11 would log it as an error.
            writer.close()
        finally:
            self.open -= 1

    async def _serve(self, reader, writer) -> None:
        try:
            if self.open > CONNECTIONS_MAX:
                writer.write(_BUSY)
                await asyncio.wait_for(writer.drain(), WRITE_SECONDS)
            else:
                await self._answer(reader, writer)
        except (OSError, asyncio.TimeoutError):
            pass  # the peer went away or is too slow: nobody is left to tell

    async def _answer(self, reader, writer) -> None:
        try:
            head = await asyncio.wait_for(read_head(reader), HEAD_SECONDS)
            if not head:
                return
            request = await Request.create(self.app, AsyncBytesIO(head), None, writer.get_extra_info("peername"))
        except (ValueError, IndexError, EOFError):
            request = None  # microdot answers 400
        response = await self.app.dispatch_request(request)
        body = response.body
        watch = asyncio.create_task(_close_with_peer(reader, body)) if hasattr(body, "aclose") else None
        try:
            await response.write(_Writer(writer))
        finally:
            # microdot closes a body only on the errors it knows; a stream left open would be fed for ever.
            if watch:
                watch.cancel()
                await body.aclose()
            elif hasattr(body, "close"):
                body.close()


async def _hang_up(writer) -> None:
    writer.close()
    try:
        # MicroPython closes the socket here and nowhere else; CPython waits until everything is sent.
        await asyncio.wait_for(writer.wait_closed(), WRITE_SECONDS)
    except (OSError, asyncio.TimeoutError):
        pass


async def _close_with_peer(reader, body) -> None:
    """End a stream as soon as its browser goes away, not when a write fails at last: a closed tab frees its place."""
    try:
        await reader.read(1)  # nothing more may come on this connection: data ends it like a close
    except OSError:
        pass
    await body.aclose()


class _Writer:
    """What `Response.write` needs of a stream: bounded in time, headers in one packet, the body as it comes."""

    def __init__(self, writer) -> None:
        self.writer = writer
        self.head: "bytes | None" = b""

    async def awrite(self, data: bytes) -> None:
        if self.head is not None:
            self.head += data
            if data != b"\r\n":
                return
            data, self.head = self.head, None
        self.writer.write(data)
        try:
            await asyncio.wait_for(self.writer.drain(), WRITE_SECONDS)
        except asyncio.TimeoutError:
            raise OSError(104, "too slow")  # ECONNRESET: microdot takes it as a closed peer


async def read_head(reader) -> bytes:
    """The request line and headers up to the empty line; b"" when the peer closed before it sent anything.

    ValueError when they exceed `HEAD_MAX` bytes or end early.
    """
    head = b""
    while True:
        piece = await reader.read(512)
        head += piece
        end = head.find(b"\r\n\r\n")
        if end >= 0:
            return head[: end + 4]
        if not piece and not head:
            return b""
        if not piece or len(head) > HEAD_MAX:
            raise ValueError("no complete request")


def host_allowed(header: str, loopback: bool) -> bool:
    """Whether a Host header (RFC 9110, 7.2) names this box and cannot have come by DNS rebinding.

    An attacker's page can point its own DNS name at us, but never an address or a name without public DNS. So a box
    that listens on loopback takes loopback names alone, one on the home network also addresses, `name`, `name.local`.
    """
    host = _without_port(header.strip().lower())
    if host in _LOOPBACK:
        return True
    if loopback or not host:
        return False
    if host[0] == "[":
        return host[-1] == "]"
    parts = host.split(".")
    if len(parts) == 4 and all([part.isdigit() for part in parts]):
        return True
    return bool(parts[0]) and (len(parts) == 1 or (len(parts) == 2 and parts[1] == "local"))


def _without_port(host: str) -> str:
    if host[:1] == "[":
        return host[: host.find("]") + 1]
    return host.split(":")[0]


def is_loopback(address: str) -> bool:
    """Whether a listening address is reachable from this machine alone."""
    return address in ("localhost", "::1") or address.startswith("127.")


async def listen(app: Microdot, address: str, port: int):
    """Start to serve `app`; returns asyncio's server, whose `close()` ends it.

    OSError when the port is in use (errno EADDRINUSE) or the address is not ours.
    """
    return await asyncio.start_server(_Server(app).connected, address, port)
