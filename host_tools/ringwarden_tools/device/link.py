# SPDX-License-Identifier: Apache-2.0
"""The host's end of the serial link: asks a box, and serves it the files it asks for, across drops of the cable."""

import secrets
import time
from collections.abc import Callable
from typing import Any

from ringwarden.faces.serial.demux import BROKEN, CONSOLE, FRAME, Demultiplexer
from ringwarden.faces.serial.link import Link
from ringwarden.faces.serial.messages import ANSWER, REQUEST, pack_json, unpack, unpack_json
from ringwarden_tools.device.port import Stream
from ringwarden_tools.device.serving import FileServer
from ringwarden_tools.errors import UserError

WINDOW = 8
LONGEST = 1 << 20  # bytes of an answer
_READ = 4096
_QUIET_MS = 3000  # then the box is asked whether it is still there
_LOST_MS = 30000  # then the connection counts as dropped


def milliseconds() -> int:
    """A clock that only goes forward."""
    return time.monotonic_ns() // 1000000


class LinkError(UserError):
    """The box did not answer."""


class HostLink:
    """`opener()` opens the port, again after every drop; `patience` is for how many seconds a box may be away.

    `console`, when given, is handed what the box prints beside the link.
    """

    def __init__(
        self,
        opener: Callable[[], Stream],
        patience: float = 30,
        server: FileServer | None = None,
        ticks_ms: Callable[[], int] = milliseconds,
        console: Callable[[bytes], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        resend_ms: int = 1000,
    ) -> None:
        self._opener = opener
        self._patience = int(patience * 1000)
        self._ticks = ticks_ms
        self._server = server
        self._console = console
        self._sleep = sleep
        self._stream: Stream | None = None
        self._unsent = b""
        self._heard = self._asked = 0
        self._number = secrets.randbelow(0x8000)
        self._session = secrets.randbelow(0xFFFF) + 1
        self._answers: dict[int, dict[str, Any]] = {}
        self.link = Link(ticks_ms, WINDOW, LONGEST, resend_ms)
        self._demux = Demultiplexer()
        self.drops = 0

    def __enter__(self) -> "HostLink":
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def connect(self) -> None:
        """Open the port and a session. `LinkError` when no box answers for as long as the patience lasts."""
        began = self._ticks()
        problem = "no box answers: is it a Ringwarden box, has it started, and is this the right port?"
        while True:
            try:
                if self._stream is None:
                    self._stream = self._opener()
                    self._renew()
                self.step()
                if self.link.opened:
                    return
            except OSError:
                self._lose()
            except UserError as error:
                problem = error.message
                self._lose()
                if not self.drops:
                    raise
            if self._stream is None:
                self._sleep(0.1)
            if self._ticks() - began > self._patience:
                self._lose()
                raise LinkError(problem)

    def request(self, name: str, **more: Any) -> dict[str, Any]:
        """Ask the box. Asked again after a drop: what must not happen twice carries a ticket."""
        number = self._next()
        while True:
            try:
                if self._stream is None or not self.link.opened:
                    self.connect()
                return self._exchange(number, {"name": name, **more})
            except OSError:
                self.drops += 1
                self._lose()

    def close(self) -> None:
        """End the session and let go of the port."""
        self.link.hang_up()
        if self._stream is not None:
            try:
                self._stream.write(self.link.output())
            except OSError:
                pass
        self._lose()

    def step(self) -> None:
        """Read, serve, write. OSError when the connection is gone."""
        assert self._stream is not None
        data = self._stream.read(_READ)
        now = self._ticks()
        if data:
            self._heard = self._asked = now
            self._demux.feed(data)
        elif now - self._heard > _LOST_MS:
            raise OSError("the box is silent")
        while (message := self.link.receive()) is not None:
            self._hear(message)
        if self._server is not None and self.link.opened:
            self._server.pump(self.link)
        self._unsent += self.link.output()
        if self._unsent:
            self._unsent = self._unsent[self._stream.write(self._unsent) :]

    # -- the parts of it ----------------------------------------------------------------------------------------------

    def _next(self) -> int:
        self._number = self._number % 0xFFFF + 1
        return self._number

    def _exchange(self, number: int, request: dict[str, Any]) -> dict[str, Any]:
        self._answers.pop(number, None)
        self.link.send(pack_json(REQUEST, number, request))
        while number not in self._answers:
            self.step()
            if not self.link.opened:
                raise OSError("the box has ended the session")
            now = self._ticks()
            if (
                now - self._asked > _QUIET_MS and self.link.idle
            ):  # it may be busy, or have started again and know nothing of us
                self._asked = now
                self.link.send(pack_json(REQUEST, self._next(), {"name": "hello"}))
        answer = self._answers.pop(number)
        self._answers.clear()
        return answer

    def _hear(self, message: bytes) -> None:
        found = unpack(message)
        if found is None:
            return
        kind, number, offset, data = found
        if kind == ANSWER:
            answer = unpack_json(data)
            unreadable = {"error": "answer", "text": "the box's answer is unreadable"}
            self._answers[number] = unreadable if answer is None else answer
        elif self._server is not None:
            self._server.hear(self.link, kind, number, offset, data)

    def _renew(self) -> None:
        """Nothing of the connection before counts any more."""
        self._demux = Demultiplexer()
        self._demux.register(FRAME, self.link.take)
        self._demux.register(BROKEN, self.link.broken)
        self._demux.register(CONSOLE, self._console)
        self._unsent = b""
        self._heard = self._asked = self._ticks()
        self._session = self._session % 0xFFFF + 1
        self.link.dial(self._session)
        if self._server is not None:
            self._server.stop()

    def _lose(self) -> None:
        if self._stream is not None:
            try:
                self._stream.close()
            except OSError:
                pass
        self._stream = None
        self.link.opened = False
